package io.cachepot.client.auth;

/** There is nothing to show to a scheduler; the message says why and what to do. */
public final class NoTokenException extends Exception {
    private static final long serialVersionUID = 1L;

    NoTokenException(String message) {
        super(message);
    }
}
