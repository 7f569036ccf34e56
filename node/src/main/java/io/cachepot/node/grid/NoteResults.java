package io.cachepot.node.grid;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Adds who keeps results to what is known of them. */
final class NoteResults extends GridValue
        implements EntryProcessor<String, ResultValue, @Nullable Void> {
    private static final long serialVersionUID = 1L;

    private Map<String, ResultValue> next = Map.of();

    /** For the factory. */
    NoteResults() {
        super(GridFactory.NOTE_RESULTS);
    }

    /** {@code next} by the result's key in hex. */
    NoteResults(Map<String, ResultValue> next) {
        this();
        this.next = Map.copyOf(next);
    }

    @Override
    public @Nullable Void process(Map.Entry<String, ResultValue> slot) {
        ResultValue told = next.get(slot.getKey());
        ResultValue before = slot.getValue();
        if (told != null) {
            slot.setValue(before == null ? told : before.with(told));
        }
        return null;
    }

    @Override
    void write(ObjectDataOutput out) throws IOException {
        out.writeInt(next.size());
        for (Map.Entry<String, ResultValue> each : next.entrySet()) {
            out.writeString(each.getKey());
            each.getValue().write(out);
        }
    }

    @Override
    void read(ObjectDataInput in) throws IOException {
        int count = Texts.count(in, "results");
        next = new HashMap<>();
        for (int i = 0; i < count; i++) {
            String key = Texts.read(in);
            var value = new ResultValue();
            value.read(in);
            next.put(key, value);
        }
    }
}
