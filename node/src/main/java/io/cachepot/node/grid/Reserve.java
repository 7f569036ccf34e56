package io.cachepot.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.cachepot.node.scheduler.WorkerEntry;
import io.cachepot.protocol.JobId;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leases permits of one start of a worker. */
final class Reserve extends WorkerChange {
    private static final long serialVersionUID = 1L;

    private long incarnation;
    private List<JobId> jobs = List.of();
    private String scheduler = "";

    /** For the factory. */
    Reserve() {
        super(GridFactory.RESERVE);
    }

    Reserve(long incarnation, List<JobId> jobs, String scheduler) {
        this();
        this.incarnation = incarnation;
        this.jobs = jobs;
        this.scheduler = scheduler;
    }

    @Override
    @Nullable WorkerEntry apply(String worker, @Nullable WorkerEntry was) {
        return was == null || was.incarnation() != incarnation ? was : was.reserve(jobs, scheduler);
    }

    @Override
    void write(ObjectDataOutput out) throws IOException {
        out.writeLong(incarnation);
        Texts.write(out, jobs.stream().map(JobId::hex).toList());
        out.writeString(scheduler);
    }

    @Override
    void read(ObjectDataInput in) throws IOException {
        incarnation = in.readLong();
        jobs = Texts.readList(in).stream().map(JobId::new).toList();
        scheduler = Texts.read(in);
    }
}
