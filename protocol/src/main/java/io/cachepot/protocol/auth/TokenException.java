package io.cachepot.protocol.auth;

/** A token that must not be believed; the message says why, without the token. */
public final class TokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TokenException(String message) {
        super(message);
    }

    public TokenException(String message, Throwable cause) {
        super(message, cause);
    }
}
