package io.cachepot.node.grid;

import com.hazelcast.map.IMap;
import io.cachepot.node.scheduler.JobLedger;
import io.cachepot.node.scheduler.JobRecord;
import io.cachepot.protocol.JobId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * The ledger in map {@code jobs}. Notes are collected and written together, several times a second:
 * a job that is granted, runs and ends within that time costs one write instead of three.
 */
final class GridJobs implements JobLedger {
    /** More than this wait to be written only while the grid does not answer; they are dropped. */
    private static final int NOTES_MAX = 50_000;

    private final Supplier<IMap<String, JobValue>> map;
    private final ToIntFunction<String> partition;
    private final Object lock = new Object();

    /** Guarded by {@code lock}. */
    private Map<String, JobRecord> notes = new HashMap<>();

    /**
     * @param map of the member, which may be another one later
     * @param partition where the entry of a job is
     */
    GridJobs(Supplier<IMap<String, JobValue>> map, ToIntFunction<String> partition) {
        this.map = map;
        this.partition = partition;
    }

    @Override
    public void note(JobId job, JobRecord record) {
        synchronized (lock) {
            if (notes.size() < NOTES_MAX) {
                notes.merge(job.hex(), record, JobRecord::to);
            }
        }
    }

    /**
     * Writes what was noted, and waits for it; called by one thread, several times a second.
     *
     * @throws io.cachepot.node.scheduler.UnavailableException when it is lost, for the grid does
     *     not answer
     */
    void flush() {
        Map<String, JobRecord> taken;
        synchronized (lock) {
            if (notes.isEmpty()) {
                return;
            }
            taken = notes;
            notes = new HashMap<>();
        }
        Calls.await(
                taken.size() + " notes of jobs",
                () ->
                        CompletableFuture.allOf(
                                byPartition(taken).stream()
                                        .map(part ->
                                                map.get()
                                                        .submitToKeys(
                                                                part.keySet(), new NoteJobs(part))
                                                        .toCompletableFuture())
                                        .toArray(CompletableFuture<?>[]::new)));
    }

    /** A step of many entries is sent to each partition as a whole. */
    private Collection<Map<String, JobRecord>> byPartition(Map<String, JobRecord> records) {
        var parts = new HashMap<Integer, Map<String, JobRecord>>();
        records.forEach((job, record) ->
                parts.computeIfAbsent(partition.applyAsInt(job), _ -> new HashMap<>())
                        .put(job, record));
        return parts.values();
    }

    @Override
    public Optional<JobRecord> find(JobId job) {
        JobRecord noted;
        synchronized (lock) {
            noted = notes.get(job.hex());
        }
        JobValue value = Calls.await("job " + job, () -> map.get().getAsync(job.hex()));
        if (value == null) {
            return Optional.ofNullable(noted);
        }
        return Optional.of(noted == null ? value.job() : value.job().to(noted));
    }
}
