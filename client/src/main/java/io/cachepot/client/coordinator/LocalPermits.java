package io.cachepot.client.coordinator;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * How many compiles run here at once. A build that counts on a cluster starts hundreds of them;
 * when there is none, or it refuses, they all come home and would take the machine with them.
 * Without a cluster the build itself knows best.
 */
final class LocalPermits {
    /** First come, first served; empty for no bound. */
    private final Optional<Semaphore> permits;

    private LocalPermits(Optional<Semaphore> permits) {
        this.permits = permits;
    }

    static LocalPermits unbounded() {
        return new LocalPermits(Optional.empty());
    }

    static LocalPermits of(int count) {
        return new LocalPermits(Optional.of(new Semaphore(count, /* fair= */ true)));
    }

    /** Gives the permit back when closed. */
    interface Permit extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Waits for one, as long as the build does.
     *
     * @throws IOException when the build went away meanwhile
     */
    Permit take(BuildSide build) throws IOException, InterruptedException {
        if (permits.isEmpty()) {
            return () -> {};
        }
        Semaphore bounded = permits.get();
        if (!bounded.tryAcquire()) {
            build.<Boolean, RuntimeException>whileThere(() -> {
                bounded.acquire();
                return true;
            });
        }
        return bounded::release;
    }

    /** One that is free now and for whom nobody waits. */
    Optional<Permit> tryTake() {
        return permits.isPresent() && permits.get().tryAcquire()
                ? Optional.of(permits.get()::release)
                : Optional.empty();
    }
}
