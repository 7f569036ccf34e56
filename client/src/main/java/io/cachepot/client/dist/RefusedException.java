package io.cachepot.client.dist;

/** A peer understood and said no (4xx): asking another one, or again, will not help. */
final class RefusedException extends DistException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}
