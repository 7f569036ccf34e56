package io.cachepot.client.cli;

import java.nio.file.Path;

/** What the user wants of the coordinator itself. */
public sealed interface ClientCommand {
    /** Print the statistics. */
    record ShowStats(StatsFormat format) implements ClientCommand {}

    /** Zero the statistics and print them. */
    record ZeroStats(StatsFormat format) implements ClientCommand {}

    /** Be there; the wrapper has seen to that. */
    record StartCoordinator() implements ClientCommand {}

    /** Stop, and print the statistics once more. */
    record StopCoordinator(StatsFormat format) implements ClientCommand {}

    /** Empty the local cache. */
    record ClearCache() implements ClientCommand {}

    /** Print what the cluster is doing. */
    record DistStatus() implements ClientCommand {}

    /** Fetch a token. */
    record DistAuth() implements ClientCommand {}

    /** Write the archive of a compiler. */
    record PackageToolchain(String executable, Path archive) implements ClientCommand {}

    /**
     * Nothing but words: help, or what is wrong with the command line.
     *
     * @param isError whether they go to stderr
     */
    record Say(String text, boolean isError, int exitCode) implements ClientCommand {}

    /** How statistics are printed. */
    enum StatsFormat {
        TEXT,
        JSON
    }
}
