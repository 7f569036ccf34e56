package io.cachepot.node.grid;

import com.hazelcast.map.IMap;
import io.cachepot.node.scheduler.JobLedger;
import io.cachepot.node.scheduler.JobRecord;
import io.cachepot.protocol.JobId;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** The ledger in map {@code jobs}. */
final class GridJobs implements JobLedger {
    private final Supplier<IMap<String, JobValue>> map;
    private final ToIntFunction<String> partition;
    private final NoteQueue<JobRecord> notes = new NoteQueue<>("jobs", JobRecord::to);

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
        notes.add(job.hex(), record);
    }

    /**
     * Writes what was noted, and waits for it; called by one thread, several times a second.
     *
     * @throws io.cachepot.node.scheduler.UnavailableException when it is lost, for the grid does
     *     not answer
     */
    void flush() {
        notes.flush(partition, part -> map.get().submitToKeys(part.keySet(), new NoteJobs(part)));
    }

    @Override
    public Optional<JobRecord> find(JobId job) {
        Optional<JobRecord> noted = notes.find(job.hex());
        JobValue value = Calls.await("job " + job, () -> map.get().getAsync(job.hex()));
        if (value == null) {
            return noted;
        }
        return Optional.of(noted.map(value.job()::to).orElse(value.job()));
    }
}
