package io.cachepot.sandbox;

import java.time.Duration;

/** How a process in the sandbox ended. */
public sealed interface SandboxResult {
    /**
     * It ended by itself.
     *
     * @param exitCode its own, 128 + n if a signal n killed it
     * @param memoryPeakBytes of the largest of its processes; 0 where that is not known
     */
    record Ended(int exitCode, Duration wallTime, long memoryPeakBytes) implements SandboxResult {}

    /** It was stopped because it went over a limit; nothing of it was handed over. */
    record LimitExceeded(Limit limit, String detail) implements SandboxResult {}

    /** Which limit. */
    enum Limit {
        WALL_TIME,
        STDIO_BYTES,
        OUTPUT_BYTES,
        MEMORY,
        PROCESSES
    }
}
