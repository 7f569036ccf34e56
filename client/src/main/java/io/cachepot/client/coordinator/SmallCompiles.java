package io.cachepot.client.coordinator;

import io.cachepot.client.coordinator.LocalPermits.Permit;
import io.cachepot.client.dist.JobHistory;
import io.cachepot.protocol.Digest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Tells which compiles are not worth the way to a worker: those that took little more than the way
 * does, when they were done before, while a processor is free here. Both are measured, so a slow
 * network keeps more of them here. Safe for threads.
 */
final class SmallCompiles {
    /** A worker's processor does the rest while ours goes on. */
    private static final int WAYS = 2;

    /** Fewer tell too little; the first one may have waited for a toolchain. */
    private static final int SAMPLES_MIN = 8;

    private static final int SAMPLES_MAX = 64;

    /** What all took that are done here is not heard of any more, so it is measured anew. */
    private static final Duration SAMPLES_KEPT = Duration.ofMinutes(10);

    private final JobHistory history;
    private final LocalPermits permits;
    private final LongSupplier nanoTime;
    private final Object lock = new Object();

    /** Guarded by {@code lock}; the oldest first. */
    private final ArrayDeque<Way> ways = new ArrayDeque<>();

    private record Way(long atNanos, long nanos) {}

    /**
     * @param nanoTime as {@link System#nanoTime}
     */
    SmallCompiles(JobHistory history, LocalPermits permits, LongSupplier nanoTime) {
        this.history = history;
        this.permits = permits;
        this.nanoTime = nanoTime;
    }

    /** The right to compile {@code unit} here; empty when it is better off on a worker. */
    Optional<Permit> permit(Digest unit) {
        long millis = history.forecast(unit).millis();
        Optional<Duration> way = way();
        return millis > 0
                        && way.isPresent()
                        && Duration.ofMillis(millis).compareTo(way.get().multipliedBy(WAYS)) <= 0
                ? permits.tryTake()
                : Optional.empty();
    }

    /** The median of the last ones; empty while there are too few. */
    private Optional<Duration> way() {
        synchronized (lock) {
            long now = nanoTime.getAsLong();
            while (!ways.isEmpty() && now - ways.getFirst().atNanos() > SAMPLES_KEPT.toNanos()) {
                ways.removeFirst();
            }
            return ways.size() < SAMPLES_MIN
                    ? Optional.empty()
                    : ways.stream()
                            .map(Way::nanos)
                            .sorted()
                            .skip(ways.size() / 2)
                            .findFirst()
                            .map(Duration::ofNanos);
        }
    }

    /**
     * A compile was done on a worker.
     *
     * @param whole from the request to the answer
     * @param compile the compiler alone
     */
    void tookThere(Duration whole, Duration compile) {
        synchronized (lock) {
            if (ways.size() == SAMPLES_MAX) {
                ways.removeFirst();
            }
            ways.addLast(
                    new Way(nanoTime.getAsLong(), Math.max(0, whole.minus(compile).toNanos())));
        }
    }
}
