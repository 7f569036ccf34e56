package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;
import static io.cachepot.protocol.Checks.checkText;

/**
 * One of the caches on a worker's disk, counted since the worker's start.
 *
 * @param kind {@code toolchains}, {@code inputs} or {@code results}
 * @param bytes what it takes
 * @param bytesMax what it may take
 * @param hits how often something was there
 * @param misses how often it was not
 * @param evicted how much was given up to make room, counted in pieces
 */
public record CacheDetails(
        String kind, long bytes, long bytesMax, long hits, long misses, long evicted) {
    public CacheDetails {
        checkText("kind", kind, 100);
        check(bytes >= 0, "bytes", bytes, "at least 0");
        check(bytesMax >= 0, "bytes_max", bytesMax, "at least 0");
        check(hits >= 0, "hits", hits, "at least 0");
        check(misses >= 0, "misses", misses, "at least 0");
        check(evicted >= 0, "evicted", evicted, "at least 0");
    }
}
