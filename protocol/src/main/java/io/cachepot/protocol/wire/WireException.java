package io.cachepot.protocol.wire;

/**
 * Bytes that are not what the protocol says; the message says what, which and what was expected.
 */
public final class WireException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WireException(String message) {
        super(message);
    }

    public WireException(String message, Throwable cause) {
        super(message, cause);
    }
}
