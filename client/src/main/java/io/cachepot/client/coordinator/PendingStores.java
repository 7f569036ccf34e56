package io.cachepot.client.coordinator;

import io.cachepot.protocol.Digest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Results that are being stored while their builds go on. Who looks for one waits for it: the same
 * compile right after itself is a hit.
 */
final class PendingStores {
    /** A disk slower than this makes a miss. */
    private static final Duration WAIT_MAX = Duration.ofSeconds(5);

    /** How many stores are under way for each direct key. Guarded by itself. */
    private final Map<Digest, Integer> counts = new HashMap<>();

    /** One store under way; closing it says that it is done, well or not. */
    interface Pending extends AutoCloseable {
        @Override
        void close();
    }

    /** To be called before the build is told that its compile is done. */
    Pending begin(Digest direct) {
        synchronized (counts) {
            counts.merge(direct, 1, Integer::sum);
        }
        return () -> end(direct);
    }

    /** Likewise for a result that is looked for under several keys. */
    Pending begin(List<Digest> keys) {
        List<Pending> each = keys.stream().map(this::begin).toList();
        return () -> each.forEach(Pending::close);
    }

    private void end(Digest direct) {
        synchronized (counts) {
            counts.computeIfPresent(direct, (_, count) -> count == 1 ? null : count - 1);
            counts.notifyAll();
        }
    }

    void await(Digest direct) throws InterruptedException {
        long deadline = System.nanoTime() + WAIT_MAX.toNanos();
        synchronized (counts) {
            while (counts.containsKey(direct) && deadline - System.nanoTime() > 0) {
                waitUntil(deadline);
            }
        }
    }

    /** For whoever asks how much there is. */
    void awaitAll() throws InterruptedException {
        long deadline = System.nanoTime() + WAIT_MAX.toNanos();
        synchronized (counts) {
            while (!counts.isEmpty() && deadline - System.nanoTime() > 0) {
                waitUntil(deadline);
            }
        }
    }

    private void waitUntil(long deadline) throws InterruptedException {
        long nanos = deadline - System.nanoTime();
        if (nanos > 0) {
            TimeUnit.NANOSECONDS.timedWait(counts, Math.max(nanos, 1_000_000));
        }
    }
}
