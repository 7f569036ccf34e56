package io.cachepot.client.compiler.rustc;

import io.cachepot.client.include.FileMemory;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers {@link CrateScan}s by content. */
public final class CrateScans {
    private static final int SCANS_MAX = 20_000;

    private final Map<Digest, CrateScan> scans = new ConcurrentHashMap<>();

    /** That of {@code file}. */
    public CrateScan of(FileMemory.Known file) throws IOException {
        CrateScan known = scans.get(file.digest());
        if (known != null) {
            return known;
        }
        CrateScan scan = CrateScan.of(file.path());
        if (!file.stamp().isOf(file.path())) {
            throw new IOException(file.path() + " changed while it was read");
        }
        if (scans.size() >= SCANS_MAX) {
            scans.clear();
        }
        scans.put(file.digest(), scan);
        return scan;
    }
}
