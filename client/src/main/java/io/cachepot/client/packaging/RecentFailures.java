package io.cachepot.client.packaging;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What went wrong a short while ago and would go wrong again, at a price: a build has a thousand
 * compiles, and one attempt a minute is enough.
 */
public final class RecentFailures<K> {
    private static final int FAILURES_MAX = 1_000;

    private final long believedNanos;
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<K, Failure> failures = new ConcurrentHashMap<>();

    private record Failure(long atNanos, String reason) {}

    /**
     * None as yet.
     *
     * @param believed how long a failure is taken for what would come of another attempt
     * @param nanoTime as {@link System#nanoTime}
     */
    public RecentFailures(Duration believed, LongSupplier nanoTime) {
        this.believedNanos = believed.toNanos();
        this.nanoTime = nanoTime;
    }

    public void remember(K what, String reason) {
        if (failures.size() >= FAILURES_MAX) {
            failures.clear();
        }
        failures.put(what, new Failure(nanoTime.getAsLong(), reason));
    }

    /** Why {@code what} failed lately; empty when it is worth trying. */
    public Optional<String> recall(K what) {
        Failure failure = failures.get(what);
        if (failure == null) {
            return Optional.empty();
        }
        if (nanoTime.getAsLong() - failure.atNanos > believedNanos) {
            failures.remove(what, failure);
            return Optional.empty();
        }
        return Optional.of(failure.reason);
    }
}
