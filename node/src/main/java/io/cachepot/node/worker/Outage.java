package io.cachepot.node.worker;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.net.URI;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** How it goes with one scheduler: says once when it is lost and once when it is back. */
final class Outage {
    private static final System.Logger LOG = System.getLogger(WorkerReporter.class.getName());
    private static final Duration PAUSE_MIN = Duration.ofMillis(100);

    private final URI scheduler;
    private final Duration pauseMax;
    private final RandomGenerator random;
    private boolean wasHeard;
    private int failures;

    /** Written by the link's thread, read by those of others that ask for {@link #length()}. */
    private volatile long sinceNanos = System.nanoTime();

    Outage(URI scheduler, Duration pauseMax, RandomGenerator random) {
        this.scheduler = scheduler;
        this.pauseMax = pauseMax;
        this.random = random;
    }

    void answered() {
        if (failures > 0) {
            LOG.log(
                    INFO,
                    "scheduler is back: peer={0} failed_reports={1} after={2}",
                    scheduler,
                    failures,
                    length());
        } else if (!wasHeard) {
            LOG.log(INFO, "scheduler answers: peer={0}", scheduler);
        }
        wasHeard = true;
        failures = 0;
        sinceNanos = System.nanoTime();
    }

    void failed(Exception e) {
        failures++;
        LOG.log(
                failures == 1 ? WARNING : DEBUG,
                "scheduler not reached, trying on: peer={0} reason={1}",
                scheduler,
                e.getMessage());
    }

    /** How long nothing was heard. */
    Duration length() {
        return Duration.ofNanos(System.nanoTime() - sinceNanos);
    }

    /** Doubles with each failure; half of it is random, so that workers do not come in step. */
    Duration pause() {
        long doubled = PAUSE_MIN.toMillis() << Math.min(failures, 10);
        long millis = Math.min(doubled, pauseMax.toMillis());
        return Duration.ofMillis(millis / 2 + random.nextLong(millis / 2 + 1));
    }
}
