package io.cachepot.client.dist;

import io.cachepot.protocol.JobForecast;
import java.time.Duration;

/**
 * When a job that takes long is run a second time elsewhere: late, and for few of all jobs (Dean
 * and Barroso, The Tail at Scale, 2013). Safe for threads.
 */
final class Hedging {
    /** Of all jobs. */
    private static final double SHARE_MAX = 0.05;

    /** A forecast may be off by so much. */
    private static final int FACTOR = 4;

    private static final Duration PATIENCE_MIN = Duration.ofSeconds(3);
    private static final Duration PATIENCE_UNKNOWN = Duration.ofSeconds(30);

    private final Object lock = new Object();

    /** Guarded by {@code lock}. */
    private long jobs;

    /** Guarded by {@code lock}. */
    private long hedges;

    /** How long a worker may take for such a job before another one is tried beside it. */
    static Duration patience(JobForecast forecast) {
        Duration usual = Duration.ofMillis(FACTOR * forecast.millis());
        if (forecast.millis() == 0) {
            return PATIENCE_UNKNOWN;
        }
        return usual.compareTo(PATIENCE_MIN) > 0 ? usual : PATIENCE_MIN;
    }

    /** One more job is run. */
    void count() {
        synchronized (lock) {
            jobs++;
        }
    }

    /** Whether one may be run a second time; the first one may always. */
    boolean take() {
        synchronized (lock) {
            boolean isWithin = hedges < 1 + SHARE_MAX * jobs;
            hedges += isWithin ? 1 : 0;
            return isWithin;
        }
    }
}
