package io.cachepot.node.scheduler;

import io.cachepot.protocol.JobId;
import io.cachepot.protocol.JobState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes leases back that no worker confirmed: the client went away, or chose not to use the grant.
 * Each scheduler looks after its own leases and those of schedulers that are gone. It measures from
 * when it first saw a lease, so that clocks of different machines do not matter. Used by one
 * thread.
 */
public final class LeaseSweeper {
    private final WorkerRegistry workers;
    private final SchedulerDirectory schedulers;
    private final JobLedger jobs;
    private final long lifetimeNanos;
    private final Map<JobId, Long> seenAt = new HashMap<>();

    /**
     * @param lifetime how long a client may take to bring its job to the worker
     */
    public LeaseSweeper(
            WorkerRegistry workers,
            SchedulerDirectory schedulers,
            JobLedger jobs,
            Duration lifetime) {
        this.workers = workers;
        this.schedulers = schedulers;
        this.jobs = jobs;
        this.lifetimeNanos = lifetime.toNanos();
    }

    /** To be called about once a second. */
    public void sweep(long nowNanos) {
        Set<String> present = schedulers.present();
        var open = new HashSet<JobId>();
        for (KnownWorker worker : workers.workers()) {
            open.addAll(worker.entry().leases().keySet());
            List<JobId> expired = expired(worker.entry(), present, nowNanos);
            if (!expired.isEmpty()) {
                workers.release(worker.entry().id(), expired);
                expired.forEach(
                        job -> jobs.note(job, JobRecord.of(JobState.LOST, worker.entry().id())));
            }
        }
        seenAt.keySet().retainAll(open);
    }

    /** How many leases are open. */
    int watched() {
        return seenAt.size();
    }

    private List<JobId> expired(WorkerEntry worker, Set<String> present, long nowNanos) {
        var expired = new ArrayList<JobId>();
        worker.leases()
                .forEach((job, lease) -> {
                    long seen = seenAt.computeIfAbsent(job, _ -> nowNanos);
                    boolean isOurs =
                            lease.scheduler().equals(schedulers.self())
                                    || !present.contains(lease.scheduler());
                    if (isOurs && nowNanos - seen > lifetimeNanos) {
                        expired.add(job);
                    }
                });
        return expired;
    }
}
