package io.cachepot.client.wrapper;

/** A stream that the wrapper can write for the coordinator. */
public enum StandardStream {
    STDOUT(1),
    STDERR(2);

    private final int number;

    StandardStream(int number) {
        this.number = number;
    }

    /** The descriptor's number, which is also its number on the wire. */
    public int number() {
        return number;
    }
}
