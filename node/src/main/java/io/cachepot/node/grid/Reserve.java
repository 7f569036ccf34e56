package io.cachepot.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.cachepot.node.scheduler.Lease;
import io.cachepot.node.scheduler.WorkerEntry;
import io.cachepot.protocol.JobId;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Leases permits of one start of a worker. */
final class Reserve extends WorkerChange {
    private static final long serialVersionUID = 1L;

    private long incarnation;
    private SequencedMap<JobId, Lease> leases = new LinkedHashMap<>();

    /** For the factory. */
    Reserve() {
        super(GridFactory.RESERVE);
    }

    Reserve(long incarnation, SequencedMap<JobId, Lease> leases) {
        this();
        this.incarnation = incarnation;
        this.leases = leases;
    }

    @Override
    @Nullable WorkerEntry apply(String worker, @Nullable WorkerEntry was) {
        return was == null || was.incarnation() != incarnation ? was : was.reserve(leases);
    }

    @Override
    void write(ObjectDataOutput out) throws IOException {
        out.writeLong(incarnation);
        Leases.write(out, leases);
    }

    @Override
    void read(ObjectDataInput in) throws IOException {
        incarnation = in.readLong();
        leases = Leases.read(in);
    }
}
