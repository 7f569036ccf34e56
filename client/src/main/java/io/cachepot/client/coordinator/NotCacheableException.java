package io.cachepot.client.coordinator;

/** A compile turns out not to be one that can be cached; the message says why. */
final class NotCacheableException extends Exception {
    private static final long serialVersionUID = 1L;

    NotCacheableException(String reason) {
        super(reason);
    }
}
