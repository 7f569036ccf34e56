package io.cachepot.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.cachepot.node.scheduler.WorkerEntry;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Notes that one start of a worker left the grid. */
final class Gone extends WorkerChange {
    private static final long serialVersionUID = 1L;

    private long incarnation;

    /** For the factory. */
    Gone() {
        super(GridFactory.GONE);
    }

    Gone(long incarnation) {
        this();
        this.incarnation = incarnation;
    }

    @Override
    @Nullable WorkerEntry apply(String worker, @Nullable WorkerEntry was) {
        return was == null ? null : was.gone(incarnation);
    }

    @Override
    void write(ObjectDataOutput out) throws IOException {
        out.writeLong(incarnation);
    }

    @Override
    void read(ObjectDataInput in) throws IOException {
        incarnation = in.readLong();
    }
}
