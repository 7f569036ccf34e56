package io.cachepot.node.grid;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import io.cachepot.node.scheduler.KnownWorker;
import io.cachepot.node.scheduler.WorkerEntry;
import io.cachepot.node.scheduler.WorkerRegistry;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The registry in map {@code workers}. Reading is from a view kept by entry events and by the
 * answers to this scheduler's own changes; of two versions of an entry the view keeps the later.
 */
final class GridWorkers implements WorkerRegistry {
    private final IMap<String, WorkerValue> map;
    private final String scheduler;
    private final ConcurrentHashMap<WorkerId, KnownWorker> view = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

    /**
     * @param scheduler name that this scheduler's leases carry
     */
    GridWorkers(IMap<String, WorkerValue> map, String scheduler) {
        this.map = map;
        this.scheduler = scheduler;
    }

    void start() {
        map.addEntryListener(new Changes(), true);
        reload();
    }

    /** Forgets the view and reads the map: after a merge, versions may have gone back. */
    void reload() {
        view.clear();
        map.values().forEach(value -> see(value.entry()));
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
        view.merge(
                entry.id(),
                new KnownWorker(entry, System.nanoTime()),
                (known, seen) -> isLater(seen.entry(), known.entry()) ? heard(known, seen) : known);
    }

    private static boolean isLater(WorkerEntry seen, WorkerEntry known) {
        return seen.incarnation() > known.incarnation()
                || (seen.incarnation() == known.incarnation() && seen.version() > known.version());
    }

    /** A lease is not a word of the worker's. */
    private static KnownWorker heard(KnownWorker known, KnownWorker seen) {
        boolean isReport =
                seen.entry().incarnation() != known.entry().incarnation()
                        || seen.entry().sequence() != known.entry().sequence();
        return isReport ? seen : new KnownWorker(seen.entry(), known.heardNanos());
    }

    private void tell() {
        listeners.forEach(Runnable::run);
    }

    @Override
    public List<KnownWorker> workers() {
        return List.copyOf(view.values());
    }

    @Override
    public Optional<KnownWorker> find(WorkerId worker) {
        return Optional.ofNullable(view.get(worker));
    }

    @Override
    public List<JobId> reserve(WorkerId worker, long incarnation, List<JobId> jobs) {
        WorkerEntry entry = change(worker, new Reserve(incarnation, jobs, scheduler));
        return entry == null
                ? List.of()
                : jobs.stream().filter(entry.leases()::containsKey).toList();
    }

    @Override
    public boolean report(WorkerId worker, WorkerReport report, Digest certificate) {
        KnownWorker before = view.get(worker);
        change(worker, new Report(report, certificate));
        tell();
        return before == null || before.entry().incarnation() < report.incarnation();
    }

    @Override
    public void release(WorkerId worker, Collection<JobId> jobs) {
        change(worker, new Release(List.copyOf(jobs)));
        tell();
    }

    @Override
    public void gone(WorkerId worker, long incarnation) {
        change(worker, new Gone(incarnation));
        tell();
    }

    private @Nullable WorkerEntry change(WorkerId worker, WorkerChange change) {
        WorkerValue now =
                Calls.await(
                        change.getClass().getSimpleName() + " " + worker,
                        () -> map.submitToKey(worker.address(), change));
        if (now == null) {
            return null;
        }
        see(now.entry());
        return now.entry();
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }
}
