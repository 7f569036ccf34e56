package io.cachepot.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.cachepot.node.scheduler.JobRecord;
import io.cachepot.protocol.JobState;
import io.cachepot.protocol.WorkerId;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A {@link JobRecord} in the grid. */
final class JobValue extends GridValue {
    private @Nullable JobRecord job;

    /** For the factory. */
    JobValue() {
        super(GridFactory.JOB);
    }

    JobValue(JobRecord job) {
        this();
        this.job = job;
    }

    JobRecord job() {
        return Objects.requireNonNull(job);
    }

    @Override
    void write(ObjectDataOutput out) throws IOException {
        write(out, job());
    }

    @Override
    void read(ObjectDataInput in) throws IOException {
        job = readRecord(in);
    }

    static void write(ObjectDataOutput out, JobRecord job) throws IOException {
        out.writeString(job.state().name());
        out.writeString(job.worker().address());
        out.writeString(job.client());
        out.writeInt(job.attempt());
        out.writeLong(job.wallMillis());
    }

    static JobRecord readRecord(ObjectDataInput in) throws IOException {
        return new JobRecord(
                JobState.valueOf(Texts.read(in)),
                new WorkerId(Texts.read(in)),
                Texts.read(in),
                in.readInt(),
                in.readLong());
    }
}
