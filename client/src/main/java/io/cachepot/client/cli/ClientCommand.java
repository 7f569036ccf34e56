package io.cachepot.client.cli;

import java.nio.file.Path;
import java.util.Optional;

/** What the user wants of the coordinator itself. */
public sealed interface ClientCommand {
    /** Print the statistics. */
    record ShowStats(OutputFormat format) implements ClientCommand {}

    /**
     * Print what became of one build.
     *
     * @param build 1 is the one that began last
     */
    record ShowBuild(int build, OutputFormat format) implements ClientCommand {}

    /** Write a trace of one build. */
    record Trace(int build, Path file) implements ClientCommand {}

    /** Zero the statistics and print them. */
    record ZeroStats(OutputFormat format) implements ClientCommand {}

    /** Say why compiles came out as they did: those of one source, or all if it is empty. */
    record Explain(Optional<String> source, OutputFormat format) implements ClientCommand {}

    /** Check what a build needs to be cached well. */
    record Doctor(OutputFormat format) implements ClientCommand {}

    /** Be there; the wrapper has seen to that. */
    record StartCoordinator() implements ClientCommand {}

    /** Stop, and print the statistics once more. */
    record StopCoordinator(OutputFormat format) implements ClientCommand {}

    /** Empty the local cache. */
    record ClearCache() implements ClientCommand {}

    /** Print what the cluster is doing. */
    record DistStatus() implements ClientCommand {}

    /**
     * Fetch a token.
     *
     * @param pasted where the browser of another machine ended; empty to begin
     */
    record DistAuth(String pasted) implements ClientCommand {}

    /** Write the archive of a compiler. */
    record PackageToolchain(String executable, Path archive) implements ClientCommand {}

    /**
     * Nothing but words: help, or what is wrong with the command line.
     *
     * @param isError whether they go to stderr
     */
    record Say(String text, boolean isError, int exitCode) implements ClientCommand {}

    /** How statistics and explanations are printed. */
    enum OutputFormat {
        TEXT,
        JSON
    }
}
