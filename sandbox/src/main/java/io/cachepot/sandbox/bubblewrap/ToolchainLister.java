package io.cachepot.sandbox.bubblewrap;

import java.io.IOException;
import java.util.SortedMap;

/** Lists the directories of one toolchain. */
interface ToolchainLister {
    /**
     * Names in {@code directory}, which is relative to the toolchain's root (empty for the root
     * itself) and leads through directories only.
     */
    SortedMap<String, ToolchainEntry> list(String directory) throws IOException;
}
