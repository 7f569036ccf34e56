package io.cachepot.config;

import java.nio.file.Path;

/**
 * Results on the client's own disk: table {@code cache.disk}.
 *
 * @param dir where they lie; processes and hosts may share it
 * @param bytesMax most bytes of results as they lie on the disk, at least 1
 * @param filesMax most files, 0 for as many as there are
 */
public record DiskCache(Path dir, @Key("size") long bytesMax, @Key("files") int filesMax) {
    public DiskCache {
        new Checks()
                .absolute("dir", dir)
                .atLeast(1, "size", bytesMax)
                .atLeast(0, "files", filesMax)
                .verify();
    }

    /** 10 GiB in {@code dir}. */
    public static DiskCache defaults(Path dir) {
        return new DiskCache(dir, 10L << 30, 0);
    }
}
