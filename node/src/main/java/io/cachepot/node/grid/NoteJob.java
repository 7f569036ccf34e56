package io.cachepot.node.grid;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.cachepot.node.scheduler.JobRecord;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One step of a job. An ended job stays for ten minutes as a tombstone, so that a late word of it,
 * or a merge of two halves of the grid, does not bring it back to life.
 */
final class NoteJob extends GridValue implements EntryProcessor<String, JobValue, Boolean> {
    private static final long serialVersionUID = 1L;
    private static final long ENDED_MINUTES = 10;

    /** Longer than any job may take. */
    private static final long LIVE_MINUTES = 25 * 60;

    private @Nullable JobRecord next;

    /** For the factory. */
    NoteJob() {
        super(GridFactory.NOTE_JOB);
    }

    NoteJob(JobRecord next) {
        this();
        this.next = next;
    }

    @Override
    public Boolean process(Map.Entry<String, JobValue> slot) {
        JobRecord told = Objects.requireNonNull(next);
        JobValue before = slot.getValue();
        JobRecord now = before == null ? told : before.job().to(told.state(), told.worker());
        if (before != null && now.equals(before.job())) {
            return false;
        }
        long minutes = now.state().isTerminal() ? ENDED_MINUTES : LIVE_MINUTES;
        ((ExtendedMapEntry<String, JobValue>) slot)
                .setValue(new JobValue(now), minutes, TimeUnit.MINUTES);
        return true;
    }

    @Override
    void write(ObjectDataOutput out) throws IOException {
        JobValue.write(out, Objects.requireNonNull(next));
    }

    @Override
    void read(ObjectDataInput in) throws IOException {
        next = JobValue.readRecord(in);
    }
}
