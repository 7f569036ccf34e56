package io.cachepot.node.worker;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.protocol.RunJobResult;

/** Counts each job and logs it in one line. */
final class RecordedJobExecutor implements JobExecutor {
    private static final System.Logger LOG = System.getLogger(RecordedJobExecutor.class.getName());

    private final JobExecutor next;
    private final JobStatistics statistics;

    RecordedJobExecutor(JobExecutor next, JobStatistics statistics) {
        this.next = next;
        this.statistics = statistics;
    }

    @Override
    public RunJobResult run(PreparedJob job) throws InterruptedException {
        boolean hasEnded = false;
        try {
            RunJobResult result = next.run(job);
            hasEnded = true;
            statistics.count(result);
            LOG.log(
                    DEBUG,
                    () ->
                            "job done: job=%s toolchain=%s reason=%s"
                                    .formatted(job.id(), job.job().toolchain(), result));
            return result;
        } finally {
            if (!hasEnded) {
                statistics.countCancelled();
                LOG.log(DEBUG, "job done: job={0} reason=cancelled", job.id());
            }
        }
    }
}
