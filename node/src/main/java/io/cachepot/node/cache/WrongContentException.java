package io.cachepot.node.cache;

/** Content is not what its digest and size say; the message names both sides. */
public final class WrongContentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WrongContentException(String message) {
        super(message);
    }
}
