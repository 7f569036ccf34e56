package io.cachepot.node.worker;

import io.cachepot.protocol.RunJobResult;
import java.time.Duration;

/** Gives each job the lower of its own and the worker's limit of time. */
final class LimitedJobExecutor implements JobExecutor {
    private final JobExecutor next;
    private final Duration timeoutMax;

    LimitedJobExecutor(JobExecutor next, Duration timeoutMax) {
        this.next = next;
        this.timeoutMax = timeoutMax;
    }

    @Override
    public RunJobResult run(PreparedJob job) throws InterruptedException {
        return next.run(job.within(timeoutMax));
    }
}
