package io.cachepot.node.scheduler;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * The workers of the cluster, the same for all schedulers. Reading is local and may lag behind by
 * milliseconds; each change is decided on the one true entry. Methods that change throw {@code
 * UnavailableException} when that can not be reached in time.
 */
public interface WorkerRegistry {
    /** All that are known, those that are gone among them. */
    List<KnownWorker> workers();

    Optional<KnownWorker> find(WorkerId worker);

    /**
     * Leases permits of one start of a worker, as many of the first of {@code leases} as are free.
     * Does not wait.
     *
     * @param then told what became of it, within seconds, by any thread; it is quick
     */
    void reserve(
            WorkerId worker,
            long incarnation,
            SequencedMap<JobId, Lease> leases,
            Consumer<Reservation> then);

    /**
     * Takes a worker's word.
     *
     * @return whether this start of it was not known before
     */
    boolean report(WorkerId worker, WorkerReport report, Digest certificate);

    /** The certificate, as PEM, that {@code worker} shows since its last start. */
    Optional<String> certificatePem(WorkerId worker);

    /** Takes leases back that nobody used. */
    void release(WorkerId worker, Collection<JobId> jobs);

    /** Notes that this start of a worker is gone, unless it says otherwise later. */
    void gone(WorkerId worker, long incarnation);

    /**
     * Notes whether {@code worker} is to be given no more jobs.
     *
     * @return whether it is known
     */
    boolean drain(WorkerId worker, boolean isDrained);

    /**
     * Has {@code listener} called after each change of what {@link #workers} gives; it is quick.
     */
    void onChange(Runnable listener);
}
