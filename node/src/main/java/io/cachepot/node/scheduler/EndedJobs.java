package io.cachepot.node.scheduler;

import io.cachepot.protocol.JobDetails;
import io.cachepot.protocol.JobId;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/** The jobs that ended last, as their workers told this scheduler. */
final class EndedJobs {
    private static final int JOBS_MAX = 1_000;

    private final Object lock = new Object();

    /** Guarded by {@code lock}; the latest first. */
    private final ArrayDeque<JobDetails> jobs = new ArrayDeque<>();

    void add(JobDetails job) {
        synchronized (lock) {
            if (jobs.size() == JOBS_MAX) {
                jobs.removeLast();
            }
            jobs.addFirst(job);
        }
    }

    Optional<JobDetails> find(JobId id) {
        synchronized (lock) {
            return jobs.stream().filter(job -> job.job().equals(id)).findFirst();
        }
    }

    List<JobDetails> latest() {
        synchronized (lock) {
            return List.copyOf(jobs);
        }
    }
}
