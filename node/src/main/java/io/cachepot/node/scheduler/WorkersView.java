package io.cachepot.node.scheduler;

import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The workers as one scheduler sees them. What comes from the cluster's state may come in any order
 * and more than once: of two versions of an entry the later one is kept.
 */
public final class WorkersView {
    private final ConcurrentHashMap<WorkerId, KnownWorker> known = new ConcurrentHashMap<>();

    /**
     * Takes an entry as it was at some moment.
     *
     * @param nowNanos by {@code System.nanoTime} of this scheduler
     */
    public void see(WorkerEntry entry, long nowNanos) {
        known.merge(
                entry.id(),
                new KnownWorker(entry, nowNanos),
                (before, seen) ->
                        isLater(seen.entry(), before.entry()) ? heard(before, seen) : before);
    }

    private static boolean isLater(WorkerEntry seen, WorkerEntry before) {
        return seen.incarnation() > before.incarnation()
                || (seen.incarnation() == before.incarnation()
                        && seen.version() > before.version());
    }

    /** A lease is not a word of the worker's. */
    private static KnownWorker heard(KnownWorker before, KnownWorker seen) {
        boolean isReport =
                seen.entry().incarnation() != before.entry().incarnation()
                        || seen.entry().sequence() != before.entry().sequence();
        return isReport ? seen : new KnownWorker(seen.entry(), before.heardNanos());
    }

    /**
     * Takes a report that says nothing but that the worker is there.
     *
     * @return false if it says more, which is for the cluster's state to take
     */
    public boolean hear(WorkerId worker, WorkerReport report, long nowNanos) {
        KnownWorker before = known.get(worker);
        if (before == null || !before.entry().saysAlready(report)) {
            return false;
        }
        known.computeIfPresent(worker, (_, now) -> new KnownWorker(now.entry(), nowNanos));
        return true;
    }

    /** Takes {@code entries} for all there are, whatever was seen before. */
    public void replace(List<WorkerEntry> entries, long nowNanos) {
        known.keySet().retainAll(entries.stream().map(WorkerEntry::id).toList());
        for (WorkerEntry entry : entries) {
            known.merge(entry.id(), new KnownWorker(entry, nowNanos), WorkersView::heard);
        }
    }

    public List<KnownWorker> workers() {
        return List.copyOf(known.values());
    }

    public Optional<KnownWorker> find(WorkerId worker) {
        return Optional.ofNullable(known.get(worker));
    }
}
