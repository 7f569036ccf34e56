package io.cachepot.client.dist;

/**
 * A compile could not be done elsewhere; the message is the reason that the user may read in the
 * statistics and the log.
 */
public class DistException extends Exception {
    private static final long serialVersionUID = 1L;

    public DistException(String message) {
        super(message);
    }

    public DistException(String message, Throwable cause) {
        super(message, cause);
    }
}
