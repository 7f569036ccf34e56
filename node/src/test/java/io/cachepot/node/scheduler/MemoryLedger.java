package io.cachepot.node.scheduler;

import io.cachepot.protocol.JobId;
import io.cachepot.protocol.JobState;
import io.cachepot.protocol.WorkerId;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A ledger without a grid. */
final class MemoryLedger implements JobLedger {
    private final ConcurrentHashMap<JobId, JobRecord> jobs = new ConcurrentHashMap<>();

    @Override
    public void note(JobId job, JobState state, WorkerId worker) {
        jobs.merge(
                job,
                new JobRecord(state, worker),
                (before, next) -> before.to(next.state(), next.worker()));
    }

    @Override
    public Optional<JobRecord> find(JobId job) {
        return Optional.ofNullable(jobs.get(job));
    }
}
