package io.cachepot.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.cachepot.node.scheduler.WorkerEntry;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import java.io.IOException;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A {@link WorkerEntry} in the grid. Never changed once made, so that members may share it. */
final class WorkerValue extends GridValue {
    private @Nullable WorkerEntry entry;

    /** For the factory. */
    WorkerValue() {
        super(GridFactory.WORKER);
    }

    WorkerValue(WorkerEntry entry) {
        this();
        this.entry = entry;
    }

    WorkerEntry entry() {
        return Objects.requireNonNull(entry);
    }

    @Override
    void write(ObjectDataOutput out) throws IOException {
        WorkerEntry worker = entry();
        out.writeString(worker.id().address());
        out.writeLong(worker.version());
        out.writeLong(worker.incarnation());
        out.writeLong(worker.sequence());
        out.writeString(worker.url());
        out.writeString(worker.certificatePem());
        out.writeString(worker.certificate().hex());
        out.writeString(worker.tokenKey());
        out.writeInt(worker.jobsMax());
        out.writeString(worker.state().name());
        Leases.write(out, worker.running());
        Leases.write(out, worker.leases());
        Texts.write(out, worker.toolchains().stream().map(ToolchainId::hex).toList());
        out.writeInt(worker.cpus());
        out.writeLong(worker.memoryBytes());
        out.writeDouble(worker.slowness());
        out.writeString(worker.softwareVersion());
    }

    @Override
    void read(ObjectDataInput in) throws IOException {
        entry =
                new WorkerEntry(
                        new WorkerId(Texts.read(in)),
                        in.readLong(),
                        in.readLong(),
                        in.readLong(),
                        Texts.read(in),
                        Texts.read(in),
                        Digest.fromHex(Texts.read(in)),
                        Texts.read(in),
                        in.readInt(),
                        WorkerReport.State.valueOf(Texts.read(in)),
                        Leases.read(in),
                        Leases.read(in),
                        Texts.readList(in).stream()
                                .map(ToolchainId::fromHex)
                                .collect(Collectors.toSet()),
                        in.readInt(),
                        in.readLong(),
                        in.readDouble(),
                        Texts.read(in));
    }
}
