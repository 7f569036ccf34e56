package io.cachepot.client.dist;

/** No scheduler gave a place for a job: there is no use in asking for another one. */
final class NoGrantException extends DistException {
    private static final long serialVersionUID = 1L;

    NoGrantException(DistException cause) {
        super(String.valueOf(cause.getMessage()), cause);
    }
}
