package io.cachepot.node.worker;

import io.cachepot.protocol.RunJobResult;

/** Runs jobs, or says why not; see {@link JobExecutors} for the chain. */
@FunctionalInterface
public interface JobExecutor {
    /**
     * Runs {@code job} to its end.
     *
     * @throws InterruptedException when cancelled; by then nothing of it runs any more
     */
    RunJobResult run(PreparedJob job) throws InterruptedException;
}
