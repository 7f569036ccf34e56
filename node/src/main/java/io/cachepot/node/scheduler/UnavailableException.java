package io.cachepot.node.scheduler;

/**
 * The cluster's state can not be read or changed right now; another scheduler may be able to. The
 * message says what was asked and what went wrong.
 */
public final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnavailableException(String message) {
        super(message);
    }

    public UnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
