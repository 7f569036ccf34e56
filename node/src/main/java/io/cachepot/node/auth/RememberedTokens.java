package io.cachepot.node.auth;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Tokens that somebody found good, for as long as that is believed. Safe for threads. */
final class RememberedTokens {
    private static final int TOKENS_MAX = 10_000;

    private final LongSupplier nanoTime;
    private final Object lock = new Object();

    /** Until when, by digest: a dump of memory has no token in it. Guarded by {@code lock}. */
    private final LinkedHashMap<Digest, Long> until =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Digest, Long> eldest) {
                    return size() > TOKENS_MAX;
                }
            };

    /**
     * @param nanoTime as {@link System#nanoTime}
     */
    RememberedTokens(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    boolean isGood(String token) {
        Digest digest = Digest.of(Bytes.utf8(token));
        synchronized (lock) {
            Long end = until.get(digest);
            if (end != null && nanoTime.getAsLong() - end >= 0) {
                until.remove(digest);
                return false;
            }
            return end != null;
        }
    }

    void good(String token, Duration length) {
        if (length.isPositive()) {
            synchronized (lock) {
                until.put(Digest.of(Bytes.utf8(token)), nanoTime.getAsLong() + length.toNanos());
            }
        }
    }
}
