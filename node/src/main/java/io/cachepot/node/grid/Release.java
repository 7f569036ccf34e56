package io.cachepot.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.cachepot.node.scheduler.WorkerEntry;
import io.cachepot.protocol.JobId;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes leases back. */
final class Release extends WorkerChange {
    private static final long serialVersionUID = 1L;

    private List<JobId> jobs = List.of();

    /** For the factory. */
    Release() {
        super(GridFactory.RELEASE);
    }

    Release(List<JobId> jobs) {
        this();
        this.jobs = jobs;
    }

    @Override
    @Nullable WorkerEntry apply(String worker, @Nullable WorkerEntry was) {
        return was == null ? null : was.release(jobs);
    }

    @Override
    void write(ObjectDataOutput out) throws IOException {
        Leases.writeIds(out, jobs);
    }

    @Override
    void read(ObjectDataInput in) throws IOException {
        jobs = Leases.readIds(in);
    }
}
