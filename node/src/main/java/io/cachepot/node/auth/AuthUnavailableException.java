package io.cachepot.node.auth;

/** Whoever tells good tokens from bad ones can not be asked; nobody comes in meanwhile. */
public final class AuthUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AuthUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    AuthUnavailableException(String message) {
        super(message);
    }
}
