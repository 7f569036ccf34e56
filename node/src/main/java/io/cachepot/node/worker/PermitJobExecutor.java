package io.cachepot.node.worker;

import io.cachepot.protocol.RunJobResult;
import io.cachepot.protocol.RunJobResult.NotRun;
import io.cachepot.protocol.RunJobResult.Reason;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Runs at most so many jobs at once, and lets others wait a little, first come first served. */
final class PermitJobExecutor implements JobExecutor {
    private final JobExecutor next;
    private final WorkerStatus status;
    private final Semaphore permits;
    private final Duration waitMax;

    PermitJobExecutor(JobExecutor next, WorkerStatus status, int jobsMax, Duration waitMax) {
        this.next = next;
        this.status = status;
        this.waitMax = waitMax;
        permits = new Semaphore(jobsMax, /* fair= */ true);
    }

    @Override
    public RunJobResult run(PreparedJob job) throws InterruptedException {
        if (!permits.tryAcquire(waitMax.toNanos(), TimeUnit.NANOSECONDS)) {
            return new NotRun(Reason.NO_PERMIT, "no permit within " + waitMax);
        }
        try {
            job.times().permitted();
            status.started(job.id());
            return next.run(job);
        } finally {
            permits.release();
        }
    }
}
