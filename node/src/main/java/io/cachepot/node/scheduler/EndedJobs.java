package io.cachepot.node.scheduler;

import io.cachepot.protocol.JobDetails;
import java.util.ArrayDeque;
import java.util.List;

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

    List<JobDetails> latest() {
        synchronized (lock) {
            return List.copyOf(jobs);
        }
    }
}
