package io.cachepot.node.toolchain;

import java.nio.file.Path;

/** A toolchain that stays where it is until this is closed; close it once. */
public interface Lease extends AutoCloseable {
    /**
     * What a job sees as {@code /}. A toolchain that was evicted and sent again has another root
     * than before, so whoever remembers things by root never mistakes one for the other.
     */
    Path root();

    /** What it was unpacked from: its SHA-256 is the toolchain's id. */
    Path archive();

    @Override
    void close();
}
