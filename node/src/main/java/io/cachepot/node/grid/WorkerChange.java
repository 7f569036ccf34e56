package io.cachepot.node.grid;

import com.hazelcast.map.EntryProcessor;
import io.cachepot.node.scheduler.WorkerEntry;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One step of a worker's entry, taken where the entry lives and so one after another; gives the
 * entry as it is then, null if there is none.
 */
abstract class WorkerChange extends GridValue
        implements EntryProcessor<String, WorkerValue, @Nullable WorkerValue> {
    private static final long serialVersionUID = 1L;

    WorkerChange(int classId) {
        super(classId);
    }

    @Override
    public final @Nullable WorkerValue process(Map.Entry<String, WorkerValue> slot) {
        WorkerValue before = slot.getValue();
        WorkerEntry was = before == null ? null : before.entry();
        WorkerEntry now = apply(slot.getKey(), was);
        if (now == null || now.equals(was)) {
            return before;
        }
        var after = new WorkerValue(now);
        slot.setValue(after);
        return after;
    }

    /** The entry afterwards; {@code was} itself when nothing changes. */
    abstract @Nullable WorkerEntry apply(String worker, @Nullable WorkerEntry was);
}
