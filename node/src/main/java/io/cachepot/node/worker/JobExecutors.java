package io.cachepot.node.worker;

import io.cachepot.config.WorkerLimits;
import io.cachepot.sandbox.Sandbox;
import java.time.Duration;

/** A worker's policy, readable off the nesting. */
public final class JobExecutors {
    /**
     * How long a job waits for a permit: the scheduler hears of a free one a moment before or after
     * it is free.
     */
    private static final Duration PERMIT_WAIT = Duration.ofSeconds(5);

    private JobExecutors() {}

    /** The chain of a worker. */
    public static JobExecutor chain(
            Sandbox sandbox, WorkerLimits limits, WorkerStatus status, JobStatistics statistics) {
        return new RecordedJobExecutor(
                new DrainingJobExecutor(
                        new PermitJobExecutor(
                                new LimitedJobExecutor(
                                        new SandboxJobExecutor(sandbox, limits.jobMemoryBytesMax()),
                                        limits.jobTimeout()),
                                status,
                                limits.jobsMax(),
                                PERMIT_WAIT),
                        status),
                statistics);
    }
}
