package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.checkCount;

import java.util.List;

/**
 * How one scheduler saw the cluster over the last hours.
 *
 * @param stepMillis between two points
 * @param points the oldest first
 */
public record Trends(long stepMillis, List<Point> points) {
    public Trends {
        checkCount("points", points, 100_000);
        points = List.copyOf(points);
    }

    /**
     * The cluster at one moment.
     *
     * @param atMillis since the epoch, by that scheduler's clock
     * @param workers that take jobs
     * @param permits of all of them
     * @param taken permits that run a job or are promised to one
     * @param waiting requests for grants in line at that scheduler
     * @param ended jobs that ended since the point before
     * @param refused requests since the point before that got no grant
     * @param compiles that clients told of since the point before; those of commands that are left
     *     alone are not among them
     * @param hits those of them that a cache answered, the local one or the cluster's
     */
    public record Point(
            long atMillis,
            int workers,
            int permits,
            int taken,
            int waiting,
            long ended,
            long refused,
            long compiles,
            long hits) {}
}
