package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;
import static io.cachepot.protocol.Checks.checkCount;

import java.util.List;

/**
 * A job that gave its permit back.
 *
 * @param wallMillis how long its compiler ran, rounded up; 0 if it did not run
 * @param results names of what the worker keeps of it for others (see {@code ResultKey}): one, or
 *     none
 */
public record EndedJob(JobId job, long wallMillis, List<Digest> results) {
    public EndedJob {
        check(wallMillis >= 0, "wall_millis", wallMillis, "at least 0");
        checkCount("results", results, 1);
        results = List.copyOf(results);
    }

    /** A job of which nothing is kept. */
    public EndedJob(JobId job, long wallMillis) {
        this(job, wallMillis, List.of());
    }
}
