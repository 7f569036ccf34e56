package io.cachepot.config;

import java.time.Duration;

/**
 * How much a worker does: table {@code limits}.
 *
 * @param jobsMax jobs run at once, at least 1
 * @param jobTimeout how long a compiler may run before it is killed; positive
 */
public record WorkerLimits(int jobsMax, Duration jobTimeout) {
    public WorkerLimits {
        new Checks()
                .atLeast(1, "jobs_max", jobsMax)
                .atLeast(1, "job_timeout_secs", jobTimeout.toSeconds())
                .verify();
    }

    /** As many jobs as {@code processors}, ten minutes each. */
    public static WorkerLimits defaults(int processors) {
        return new WorkerLimits(processors, Duration.ofMinutes(10));
    }
}
