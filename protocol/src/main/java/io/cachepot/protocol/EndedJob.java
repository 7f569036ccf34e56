package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;

/**
 * A job that gave its permit back.
 *
 * @param wallMillis how long its compiler ran, rounded up; 0 if it did not run
 */
public record EndedJob(JobId job, long wallMillis) {
    public EndedJob {
        check(wallMillis >= 0, "wall_millis", wallMillis, "at least 0");
    }
}
