package io.cachepot.client.dist;

/** A request found no room on this machine's disk; another worker would not help. */
final class SpoolException extends DistException {
    private static final long serialVersionUID = 1L;

    SpoolException(String message, Throwable cause) {
        super(message, cause);
    }
}
