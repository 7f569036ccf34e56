package io.cachepot.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.cachepot.node.scheduler.WorkerEntry;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Notes whether a worker is to be given no more jobs. */
final class Drain extends WorkerChange {
    private static final long serialVersionUID = 1L;

    private boolean isDrained;

    /** For the factory. */
    Drain() {
        super(GridFactory.DRAIN);
    }

    Drain(boolean isDrained) {
        this();
        this.isDrained = isDrained;
    }

    @Override
    @Nullable WorkerEntry apply(String worker, @Nullable WorkerEntry was) {
        return was == null ? null : was.drained(isDrained);
    }

    @Override
    void write(ObjectDataOutput out) throws IOException {
        out.writeBoolean(isDrained);
    }

    @Override
    void read(ObjectDataInput in) throws IOException {
        isDrained = in.readBoolean();
    }
}
