package io.cachepot.node.grid;

/** The grid can not be started as configured; the message says what, which and what is expected. */
public final class GridException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GridException(String message, Throwable cause) {
        super(message, cause);
    }
}
