package io.cachepot.node.scheduler;

import io.cachepot.protocol.JobState;
import io.cachepot.protocol.WorkerId;

/**
 * How far a job has come, and where.
 *
 * @param client that it was granted to; empty when that is not known
 * @param attempt which grant of one compile this is, counted from 1; 0 when that is not known
 * @param wallMillis how long its compiler ran; 0 when it did not, or has not ended
 */
public record JobRecord(
        JobState state, WorkerId worker, String client, int attempt, long wallMillis) {
    static JobRecord granted(WorkerId worker, String client, int attempt) {
        return new JobRecord(JobState.GRANTED, worker, client, attempt, 0);
    }

    static JobRecord of(JobState state, WorkerId worker) {
        return new JobRecord(state, worker, "", 0, 0);
    }

    static JobRecord complete(WorkerId worker, long wallMillis) {
        return new JobRecord(JobState.COMPLETE, worker, "", 0, wallMillis);
    }

    /** The later of the two; a job that has ended stays so. */
    public JobRecord to(JobRecord next) {
        if (state.isTerminal() || next.state.compareTo(state) < 0) {
            return this;
        }
        return new JobRecord(
                next.state,
                next.worker,
                next.client.isEmpty() ? client : next.client,
                next.attempt == 0 ? attempt : next.attempt,
                next.wallMillis);
    }
}
