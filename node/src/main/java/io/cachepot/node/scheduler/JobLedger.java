package io.cachepot.node.scheduler;

import io.cachepot.protocol.JobId;
import java.util.Optional;

/**
 * What became of each job, for people and for counting; nothing is decided by it, so writing does
 * not wait and may be lost.
 */
public interface JobLedger {
    /** Notes how far {@code job} has come; a state that it has passed already changes nothing. */
    void note(JobId job, JobRecord record);

    /** Empty when it is not known, or no longer. */
    Optional<JobRecord> find(JobId job);
}
