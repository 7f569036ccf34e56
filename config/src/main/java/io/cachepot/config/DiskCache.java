package io.cachepot.config;

import java.nio.file.Path;

/**
 * Results on the client's own disk: table {@code cache.disk}.
 *
 * @param bytesMax most bytes of results, at least 1
 */
public record DiskCache(Path dir, long bytesMax) {
    public DiskCache {
        new Checks().absolute("dir", dir).atLeast(1, "size", bytesMax).verify();
    }

    /** 10 GiB in {@code dir}. */
    public static DiskCache defaults(Path dir) {
        return new DiskCache(dir, 10L << 30);
    }
}
