package io.cachepot.client.wrapper;

import io.cachepot.protocol.Bytes;

/**
 * One frame from the wrapper.
 *
 * @param type a letter, see docs/WRAPPER_PROTOCOL.md
 */
record Frame(char type, Bytes payload) {
    /** Bytes of type and length. */
    static final int HEADER_BYTES = 5;

    /** A longer payload is nonsense from a broken peer. */
    static final int PAYLOAD_BYTES_MAX = 32 * 1024 * 1024;
}
