package io.cachepot.node.grid;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.cachepot.node.scheduler.JobRecord;
import io.cachepot.protocol.JobId;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One step each of many jobs. An ended job stays for ten minutes as a tombstone, so that a late
 * word of it, or a merge of two halves of the grid, does not bring it back to life.
 */
final class NoteJobs extends GridValue implements EntryProcessor<String, JobValue, @Nullable Void> {
    private static final long serialVersionUID = 1L;
    private static final long ENDED_MINUTES = 10;

    /** Longer than any job may take. */
    private static final long LIVE_MINUTES = 25 * 60;

    private Map<String, JobRecord> next = Map.of();

    /** For the factory. */
    NoteJobs() {
        super(GridFactory.NOTE_JOBS);
    }

    /** {@code next} by the job's id in hex. */
    NoteJobs(Map<String, JobRecord> next) {
        this();
        this.next = Map.copyOf(next);
    }

    @Override
    public @Nullable Void process(Map.Entry<String, JobValue> slot) {
        JobRecord told = next.get(slot.getKey());
        JobValue before = slot.getValue();
        if (told != null) {
            JobRecord now = before == null ? told : before.job().to(told);
            if (before == null || !now.equals(before.job())) {
                long minutes = now.state().isTerminal() ? ENDED_MINUTES : LIVE_MINUTES;
                ((ExtendedMapEntry<String, JobValue>) slot)
                        .setValue(new JobValue(now), minutes, TimeUnit.MINUTES);
            }
        }
        return null;
    }

    @Override
    void write(ObjectDataOutput out) throws IOException {
        out.writeInt(next.size());
        for (Map.Entry<String, JobRecord> each : next.entrySet()) {
            Leases.write(out, new JobId(each.getKey()));
            JobValue.write(out, each.getValue());
        }
    }

    @Override
    void read(ObjectDataInput in) throws IOException {
        int count = Texts.count(in, "jobs");
        next = new HashMap<>();
        for (int i = 0; i < count; i++) {
            next.put(Leases.readId(in).hex(), JobValue.readRecord(in));
        }
    }
}
