package io.cachepot.node.scheduler;

import io.cachepot.protocol.JobState;
import io.cachepot.protocol.WorkerId;

/** How far a job has come, and where. */
public record JobRecord(JobState state, WorkerId worker) {
    /** The later of the two states; a job that has ended stays so. */
    public JobRecord to(JobState next, WorkerId on) {
        return state.isTerminal() || next.compareTo(state) < 0 ? this : new JobRecord(next, on);
    }
}
