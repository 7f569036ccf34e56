package io.cachepot.sandbox.bubblewrap;

import java.nio.file.Path;
import java.util.List;

/**
 * What to make on disk and what to mount to get the root of one job. All paths inside are relative
 * to the root and lead through directories only, never through a link.
 *
 * @param entries what to make, parents first
 * @param mounts parts of the toolchain, each on a directory or file of {@code entries}
 * @param hasTmpfs whether {@code /tmp} is memory; otherwise something of the job lies there
 * @param outputs what to collect afterwards
 */
record RootPlan(
        List<Entry> entries, List<Mount> mounts, boolean hasTmpfs, List<PlannedOutput> outputs) {
    RootPlan {
        entries = List.copyOf(entries);
        mounts = List.copyOf(mounts);
        outputs = List.copyOf(outputs);
    }

    /** Something to make. */
    sealed interface Entry {
        String path();

        /** A directory in which the job may write. */
        record Directory(String path) implements Entry {}

        /**
         * A copy of {@code source}.
         *
         * @param isOutput whether the job may replace it by an output of the same name
         */
        record File(String path, Path source, boolean executable, boolean isOutput)
                implements Entry {}

        record Link(String path, String target) implements Entry {}

        /** An empty directory that is mounted over. */
        record MountDirectory(String path) implements Entry {}

        /** An empty file that is mounted over. */
        record MountFile(String path) implements Entry {}
    }

    /** {@code source} on the host is seen, read-only, at {@code path}. */
    record Mount(Path source, String path) {}

    /**
     * An output.
     *
     * @param path as the spec has it
     * @param directory where it will be, links followed
     * @param name in {@code directory}
     */
    record PlannedOutput(String path, String directory, String name) {}
}
