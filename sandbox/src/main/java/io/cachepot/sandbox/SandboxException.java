package io.cachepot.sandbox;

/**
 * A job, a toolchain or this machine is not fit for the sandbox; the message says what, which and
 * what was expected.
 */
public final class SandboxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SandboxException(String message) {
        super(message);
    }

    public SandboxException(String message, Throwable cause) {
        super(message, cause);
    }
}
