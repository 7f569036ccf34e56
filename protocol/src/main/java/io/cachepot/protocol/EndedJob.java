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
 * @param end how it came out
 */
public record EndedJob(JobId job, long wallMillis, List<Digest> results, JobEnd end) {
    public EndedJob {
        check(wallMillis >= 0, "wall_millis", wallMillis, "at least 0");
        checkCount("results", results, 1);
        results = List.copyOf(results);
    }

    /** A job of which nothing is kept, and nothing else known. */
    public EndedJob(JobId job, long wallMillis) {
        this(job, wallMillis, List.of(), JobEnd.UNKNOWN);
    }

    /** The same without what its compiler said. */
    public EndedJob silent() {
        return new EndedJob(job, wallMillis, results, end.silent());
    }
}
