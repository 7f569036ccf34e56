package io.cachepot.node.scheduler;

/**
 * A worker said something of itself that can not be; the message says what and what is expected.
 */
public final class WorkerRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WorkerRefusedException(String message) {
        super(message);
    }

    WorkerRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
