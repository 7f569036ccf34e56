package io.cachepot.node.scheduler;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A registry without a grid. */
final class MemoryRegistry implements WorkerRegistry {
    private final ConcurrentHashMap<WorkerId, KnownWorker> entries = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** Read by callers, set by tests. */
    volatile boolean isDown;

    @Override
    public List<KnownWorker> workers() {
        return List.copyOf(entries.values());
    }

    @Override
    public Optional<KnownWorker> find(WorkerId worker) {
        return Optional.ofNullable(entries.get(worker));
    }

    @Override
    public void reserve(
            WorkerId worker,
            long incarnation,
            SequencedMap<JobId, Lease> leases,
            Consumer<Reservation> then) {
        if (isDown) {
            then.accept(new Reservation.Unknown("the grid is down"));
            return;
        }
        WorkerEntry now = change(worker, entry -> entry.reserve(leases));
        then.accept(Reservation.Leased.of(now, leases.keySet()));
    }

    @Override
    public boolean report(WorkerId worker, WorkerReport report, Digest certificate) {
        boolean isNew = !entries.containsKey(worker);
        entries.putIfAbsent(
                worker,
                new KnownWorker(WorkerEntry.of(worker, 1, report, certificate), System.nanoTime()));
        change(worker, entry -> entry.report(report, certificate));
        return isNew;
    }

    @Override
    public Optional<String> certificatePem(WorkerId worker) {
        return Optional.empty();
    }

    @Override
    public void release(WorkerId worker, Collection<JobId> jobs) {
        change(worker, entry -> entry.release(jobs));
    }

    @Override
    public void gone(WorkerId worker, long incarnation) {
        change(worker, entry -> entry.gone(incarnation));
    }

    @Override
    public boolean drain(WorkerId worker, boolean isDrained) {
        return change(worker, entry -> entry.drained(isDrained)).isDrained() == isDrained;
    }

    private WorkerEntry change(WorkerId worker, UnaryOperator<WorkerEntry> change) {
        if (isDown) {
            throw new UnavailableException("the grid is down");
        }
        KnownWorker now =
                entries.computeIfPresent(
                        worker,
                        (_, known) ->
                                new KnownWorker(change.apply(known.entry()), System.nanoTime()));
        listeners.forEach(Runnable::run);
        return now.entry();
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }
}
