package io.cachepot.client.wrapper;

/** What a standard descriptor of the wrapper is; the ordinal is its number on the wire. */
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
