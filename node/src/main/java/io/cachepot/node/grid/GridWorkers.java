package io.cachepot.node.grid;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import io.cachepot.node.scheduler.KnownWorker;
import io.cachepot.node.scheduler.Lease;
import io.cachepot.node.scheduler.Reservation;
import io.cachepot.node.scheduler.WorkerEntry;
import io.cachepot.node.scheduler.WorkerRegistry;
import io.cachepot.node.scheduler.WorkersView;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The registry in map {@code workers}. Reading is from a view kept by entry events and by the
 * answers to this scheduler's own changes.
 */
final class GridWorkers implements WorkerRegistry {
    private static final System.Logger LOG = System.getLogger(GridWorkers.class.getName());

    private final Supplier<IMap<String, WorkerValue>> map;
    private final Supplier<IMap<String, String>> certificates;
    private final WorkersView view = new WorkersView();
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

    /**
     * @param map of the member, which may be another one later
     * @param certificates likewise, as PEM
     */
    GridWorkers(
            Supplier<IMap<String, WorkerValue>> map, Supplier<IMap<String, String>> certificates) {
        this.map = map;
        this.certificates = certificates;
    }

    /** Follows the changes of a member that was just started. */
    void follow() {
        map.get().addEntryListener(new Changes(), true);
        reload();
    }

    /** Reads the map: after a merge, or when members have gone, it may hold less than before. */
    void reload() {
        view.replace(
                map.get().values().stream().map(WorkerValue::entry).toList(), System.nanoTime());
        tell();
    }

    private final class Changes
            implements EntryAddedListener<String, WorkerValue>,
                    EntryUpdatedListener<String, WorkerValue>,
                    EntryMergedListener<String, WorkerValue> {
        @Override
        public void entryAdded(EntryEvent<String, WorkerValue> event) {
            changed(event);
        }

        @Override
        public void entryUpdated(EntryEvent<String, WorkerValue> event) {
            changed(event);
        }

        @Override
        public void entryMerged(EntryEvent<String, WorkerValue> event) {
            changed(event);
        }

        private void changed(EntryEvent<String, WorkerValue> event) {
            see(event.getValue().entry());
            tell();
        }
    }

    private void see(WorkerEntry entry) {
        view.see(entry, System.nanoTime());
    }

    private void tell() {
        listeners.forEach(Runnable::run);
    }

    @Override
    public List<KnownWorker> workers() {
        return view.workers();
    }

    @Override
    public Optional<KnownWorker> find(WorkerId worker) {
        return view.find(worker);
    }

    @Override
    public void reserve(
            WorkerId worker,
            long incarnation,
            SequencedMap<JobId, Lease> leases,
            Consumer<Reservation> then) {
        submit(
                worker,
                new Reserve(incarnation, leases),
                (entry, failure) ->
                        then.accept(
                                failure == null
                                        ? Reservation.Leased.of(entry, leases.keySet())
                                        : new Reservation.Unknown(failure)));
    }

    /** Told the entry after a change, null if there is none, or why that is not known. */
    private interface Outcome {
        void of(@Nullable WorkerEntry entry, @Nullable String failure);
    }

    private void submit(WorkerId worker, WorkerChange change, Outcome then) {
        String what = change.getClass().getSimpleName() + " " + worker;
        Calls.then(
                what,
                () -> map.get().submitToKey(worker.address(), change),
                (value, failure) -> {
                    if (value != null) {
                        see(value.entry());
                    }
                    then.of(value == null ? null : value.entry(), failure);
                });
    }

    @Override
    public boolean report(WorkerId worker, WorkerReport report, Digest certificate) {
        if (view.hear(worker, report, System.nanoTime())) {
            return false;
        }
        Optional<KnownWorker> before = view.find(worker);
        if (before.isEmpty() || !before.get().entry().certificate().equals(certificate)) {
            // Before anybody hears of the worker, and apart: its entry is written with each change.
            Calls.await(
                    "certificate of " + worker,
                    () -> certificates.get().setAsync(worker.address(), report.certificatePem()));
        }
        long version = WorkerEntry.firstVersion(System.currentTimeMillis());
        var told = WorkerEntry.of(worker, version, report, certificate);
        var _ = change(worker, new Report(told, report.ended()));
        tell();
        return before.isEmpty() || before.get().entry().incarnation() < report.incarnation();
    }

    @Override
    public Optional<String> certificatePem(WorkerId worker) {
        return Optional.ofNullable(
                Calls.await(
                        "certificate of " + worker,
                        () -> certificates.get().getAsync(worker.address())));
    }

    @Override
    public void release(WorkerId worker, Collection<JobId> jobs) {
        submit(
                worker,
                new Release(List.copyOf(jobs)),
                (_, failure) -> {
                    if (failure != null) {
                        LOG.log(DEBUG, "leases not released: {0}", failure);
                    }
                    tell();
                });
    }

    @Override
    public void gone(WorkerId worker, long incarnation) {
        submit(
                worker,
                new Gone(incarnation),
                (_, failure) -> {
                    if (failure != null) {
                        LOG.log(WARNING, "worker not noted as gone: {0}", failure);
                    }
                    tell();
                });
    }

    @Override
    public boolean drain(WorkerId worker, boolean isDrained) {
        boolean isKnown = change(worker, new Drain(isDrained));
        tell();
        return isKnown;
    }

    /** Waits for it; whether there is an entry then. */
    private boolean change(WorkerId worker, WorkerChange change) {
        WorkerValue now =
                Calls.await(
                        change.getClass().getSimpleName() + " " + worker,
                        () -> map.get().submitToKey(worker.address(), change));
        if (now != null) {
            see(now.entry());
        }
        return now != null;
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }
}
