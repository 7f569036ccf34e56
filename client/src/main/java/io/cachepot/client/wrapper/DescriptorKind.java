package io.cachepot.client.wrapper;

/** What a standard descriptor of the wrapper is; the order is that of the numbers on the wire. */
public enum DescriptorKind {
    CLOSED,
    TERMINAL,
    PIPE,
    REGULAR_FILE,
    /** {@code /dev/null}. */
    NULL_DEVICE,
    SOCKET,
    OTHER
}
