package io.cachepot.node.scheduler;

import io.cachepot.node.scheduler.SchedulerCounts.Counts;
import io.cachepot.protocol.SchedulerStatus;
import io.cachepot.protocol.Trends;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;

/** The last hours in points of ten seconds, in as much memory as six hours of them take. */
final class TrendLog {
    private static final Duration STEP = Duration.ofSeconds(10);
    private static final int POINTS_MAX = 6 * 360;

    private final Object lock = new Object();

    /** Guarded by {@code lock}; the oldest first. */
    private final ArrayDeque<Trends.Point> points = new ArrayDeque<>();

    /** Of the point before. Used by one thread. */
    private long endedBefore;

    private long refusedBefore;
    private long nextNanos;

    TrendLog(long nowNanos) {
        nextNanos = nowNanos;
    }

    boolean isDue(long nowNanos) {
        return nowNanos - nextNanos >= 0;
    }

    /** Takes a point; called by one thread. */
    void add(SchedulerStatus status, Counts counts, long nowMillis, long nowNanos) {
        nextNanos = nowNanos + STEP.toNanos();
        var point =
                new Trends.Point(
                        nowMillis,
                        status.numWorkers(),
                        status.numCpus(),
                        status.inProgress(),
                        status.waiting(),
                        counts.ended() - endedBefore,
                        counts.refused() - refusedBefore);
        endedBefore = counts.ended();
        refusedBefore = counts.refused();
        synchronized (lock) {
            if (points.size() == POINTS_MAX) {
                points.removeFirst();
            }
            points.addLast(point);
        }
    }

    Trends trends() {
        synchronized (lock) {
            return new Trends(STEP.toMillis(), List.copyOf(points));
        }
    }
}
