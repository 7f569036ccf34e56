package io.cachepot.config;

import java.time.Duration;

/**
 * How much a worker does: table {@code limits}.
 *
 * @param jobsMax jobs run at once, at least 1
 * @param jobTimeout how long a compiler may run before it is killed; positive
 * @param jobMemoryBytesMax most memory of one job before it is killed, at least 1
 */
public record WorkerLimits(
        int jobsMax,
        @Key("job_timeout_secs") Duration jobTimeout,
        @Key("job_memory_max") long jobMemoryBytesMax) {
    public static final long DEFAULT_JOB_MEMORY_BYTES_MAX = 4L << 30;

    public WorkerLimits {
        new Checks()
                .atLeast(1, "jobs_max", jobsMax)
                .atLeast(1, "job_timeout_secs", jobTimeout.toSeconds())
                .atLeast(1, "job_memory_max", jobMemoryBytesMax)
                .verify();
    }

    /** As many jobs as {@code processors}, ten minutes and 4 GiB each. */
    public static WorkerLimits defaults(int processors) {
        return new WorkerLimits(processors, Duration.ofMinutes(10), DEFAULT_JOB_MEMORY_BYTES_MAX);
    }
}
