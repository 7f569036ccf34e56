package io.cachepot.client.dist;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Keeps clients that were told the same from doing the same at the same moment. */
final class Jitter {
    private Jitter() {}

    /** From three quarters to five quarters of {@code pause}, in nanoseconds. */
    static long nanos(Duration pause, RandomGenerator random) {
        return (long) (pause.toNanos() * (0.75 + random.nextDouble() / 2));
    }
}
