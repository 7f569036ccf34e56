package io.cachepot.node.worker;

import io.cachepot.protocol.RunJobResult;
import io.cachepot.protocol.RunJobResult.NotRun;
import io.cachepot.protocol.RunJobResult.Reason;

/** Takes no job that comes while the worker drains or stops. */
final class DrainingJobExecutor implements JobExecutor {
    private final JobExecutor next;
    private final WorkerStatus status;

    DrainingJobExecutor(JobExecutor next, WorkerStatus status) {
        this.next = next;
        this.status = status;
    }

    @Override
    public RunJobResult run(PreparedJob job) throws InterruptedException {
        return switch (status.state()) {
            case UP -> next.run(job);
            case DRAINING -> new NotRun(Reason.NO_PERMIT, "worker is draining");
            case GONE -> new NotRun(Reason.NO_PERMIT, "worker is stopping");
        };
    }
}
