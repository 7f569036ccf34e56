package io.cachepot.client.wrapper;

/** How a child of the wrapper ended. */
public sealed interface RunOutcome {
    /** It exited by itself; a code other than 0 is its own affair. */
    record Exited(int code) implements RunOutcome {}

    record Signaled(int signal) implements RunOutcome {}

    /** There was no child, for example because the executable is not there. */
    record NotStarted(int errno) implements RunOutcome {}
}
