package io.cachepot.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.cachepot.node.scheduler.WorkerEntry;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import java.io.IOException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
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
        write(out, entry());
    }

    static void write(ObjectDataOutput out, WorkerEntry worker) throws IOException {
        out.writeString(worker.id().address());
        out.writeLong(worker.version());
        out.writeLong(worker.incarnation());
        out.writeLong(worker.sequence());
        out.writeString(worker.url());
        Leases.write(out, worker.certificate());
        out.writeString(worker.tokenKey());
        out.writeInt(worker.jobsMax());
        out.writeString(worker.state().name());
        Leases.write(out, worker.running());
        Leases.write(out, worker.leases());
        out.writeInt(worker.toolchains().size());
        for (ToolchainId toolchain : worker.toolchains()) {
            Leases.write(out, toolchain.digest());
        }
        out.writeInt(worker.cpus());
        out.writeLong(worker.memoryBytes());
        out.writeDouble(worker.slowness());
        out.writeString(worker.softwareVersion());
        out.writeBoolean(worker.isDrained());
    }

    @Override
    void read(ObjectDataInput in) throws IOException {
        entry = readEntry(in);
    }

    private static Set<ToolchainId> readToolchains(ObjectDataInput in) throws IOException {
        int count = Texts.count(in, "toolchains");
        var toolchains = new HashSet<ToolchainId>();
        for (int i = 0; i < count; i++) {
            toolchains.add(new ToolchainId(Leases.readDigest(in)));
        }
        return toolchains;
    }

    static WorkerEntry readEntry(ObjectDataInput in) throws IOException {
        return new WorkerEntry(
                new WorkerId(Texts.read(in)),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                Texts.read(in),
                Leases.readDigest(in),
                Texts.read(in),
                in.readInt(),
                WorkerReport.State.valueOf(Texts.read(in)),
                Leases.read(in),
                Leases.read(in),
                readToolchains(in),
                in.readInt(),
                in.readLong(),
                in.readDouble(),
                Texts.read(in),
                in.readBoolean());
    }
}
