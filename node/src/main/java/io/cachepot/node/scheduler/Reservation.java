package io.cachepot.node.scheduler;

import io.cachepot.protocol.JobId;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

        /** Those of {@code wanted} that {@code entry} has a lease for; none if it is absent. */
        public static Leased of(@Nullable WorkerEntry entry, Collection<JobId> wanted) {
            return new Leased(
                    entry == null
                            ? List.of()
                            : wanted.stream().filter(entry.leases()::containsKey).toList());
        }
    }

    /** The entry could not be reached in time; it may be leased or not. */
    record Unknown(String reason) implements Reservation {}
}
