package io.cachepot.client.wrapper;

import io.cachepot.protocol.Bytes;
import java.time.Duration;

/**
 * How a program that the wrapper ran ended, and what of its output was captured.
 *
 * @param cpu user and system time of it and its children
 */
public record RunReport(Outcome outcome, Bytes stdout, Bytes stderr, Duration cpu, Duration wall) {
    /** How it ended. */
    public sealed interface Outcome {
        record Exited(int code) implements Outcome {}

        record Signaled(int signal) implements Outcome {}

        /** It could not be started; {@code errno} is the system's reason. */
        record NotStarted(int errno) implements Outcome {}
    }
}
