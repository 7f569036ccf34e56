package io.cachepot.client.cache;

/**
 * How large a store may become.
 *
 * @param bytesMax as {@link Usage} counts them, at least 1
 * @param filesMax 0 for as many as there are
 */
record Limits(long bytesMax, long filesMax) {
    /** Eviction goes on to this share of the limits, so that it is rare. */
    private static final double EVICTED_TO = 0.9;

    boolean areExceededBy(Usage usage) {
        return usage.bytes() > bytesMax || (filesMax > 0 && usage.files() > filesMax);
    }

    /** Where eviction stops. */
    Limits target() {
        return new Limits((long) (bytesMax * EVICTED_TO), (long) Math.ceil(filesMax * EVICTED_TO));
    }
}
