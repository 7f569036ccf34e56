package io.cachepot.client.wrapper;

/** How a child is run; the ordinal is the number of its bit on the wire. */
public enum RunFlag {
    CAPTURE_STDOUT,
    CAPTURE_STDERR,
    /** What is captured is also written to the wrapper's own stream as it comes. */
    FORWARD,
    /**
     * This run is the compile that was asked for: if the coordinator dies, its result stands and
     * nothing is run twice.
     */
    FINAL,
    /** Stdin is {@code /dev/null}, else the wrapper's own. */
    STDIN_NULL
}
