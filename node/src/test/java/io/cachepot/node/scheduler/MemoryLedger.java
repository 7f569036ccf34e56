package io.cachepot.node.scheduler;

import io.cachepot.protocol.JobId;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A ledger without a grid. */
final class MemoryLedger implements JobLedger {
    private final ConcurrentHashMap<JobId, JobRecord> jobs = new ConcurrentHashMap<>();

    @Override
    public void note(JobId job, JobRecord record) {
        jobs.merge(job, record, JobRecord::to);
    }

    @Override
    public Optional<JobRecord> find(JobId job) {
        return Optional.ofNullable(jobs.get(job));
    }
}
