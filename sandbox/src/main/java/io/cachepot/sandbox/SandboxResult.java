package io.cachepot.sandbox;

import java.time.Duration;

/** How a process in the sandbox ended. */
public sealed interface SandboxResult {
    /** It ended by itself; {@code exitCode} is its own, 128 + n if a signal n killed it. */
    record Ended(int exitCode, Duration wallTime) implements SandboxResult {}

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
