package io.cachepot.client.wrapper;

/** How a child is run. */
public enum RunFlag {
    CAPTURE_STDOUT(1),
    CAPTURE_STDERR(2),
    /** What is captured is also written to the wrapper's own stream as it comes. */
    FORWARD(4),
    /**
     * The compile that was asked for: if the coordinator dies, its result stands and nothing is run
     * twice.
     */
    FINAL(8),
    /** Stdin is {@code /dev/null}, else the wrapper's own. */
    STDIN_NULL(16);

    private final int bit;

    RunFlag(int bit) {
        this.bit = bit;
    }

    int bit() {
        return bit;
    }
}
