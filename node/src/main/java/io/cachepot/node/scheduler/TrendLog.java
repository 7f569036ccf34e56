package io.cachepot.node.scheduler;

import io.cachepot.node.scheduler.SchedulerCounts.Counts;
import io.cachepot.protocol.BuildDetails;
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
    private BuildDetails.Counts compilesBefore = BuildDetails.Counts.NONE;
    private long nextNanos;

    TrendLog(long nowNanos) {
        nextNanos = nowNanos;
    }

    boolean isDue(long nowNanos) {
        return nowNanos - nextNanos >= 0;
    }

    /** Takes a point; called by one thread. */
    void add(
            SchedulerStatus status,
            Counts counts,
            BuildDetails.Counts compiles,
            long nowMillis,
            long nowNanos) {
        nextNanos = nowNanos + STEP.toNanos();
        BuildDetails.Counts news = compiles.minus(compilesBefore);
        compilesBefore = compiles;
        var point =
                new Trends.Point(
                        nowMillis,
                        status.numWorkers(),
                        status.numCpus(),
                        status.inProgress(),
                        status.waiting(),
                        counts.ended() - endedBefore,
                        counts.refused() - refusedBefore,
                        compiled(news),
                        news.hits() + news.clusterHits());
        endedBefore = counts.ended();
        refusedBefore = counts.refused();
        synchronized (lock) {
            if (points.size() == POINTS_MAX) {
                points.removeFirst();
            }
            points.addLast(point);
        }
    }

    private static long compiled(BuildDetails.Counts counts) {
        return counts.all() - counts.passedThrough();
    }

    Trends trends() {
        synchronized (lock) {
            return new Trends(STEP.toMillis(), List.copyOf(points));
        }
    }
}
