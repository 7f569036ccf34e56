package io.cachepot.node.scheduler;

import io.cachepot.protocol.JobId;
import java.util.List;

/** What became of an attempt to lease permits of a worker. */
public sealed interface Reservation {
    /**
     * The entry was reached.
     *
     * @param jobs those that got a permit; empty when the worker is full, takes no jobs, or started
     *     anew
     */
    record Leased(List<JobId> jobs) implements Reservation {
        public Leased {
            jobs = List.copyOf(jobs);
        }
    }

    /** The entry could not be reached in time; it may be leased or not. */
    record Unknown(String reason) implements Reservation {}
}
