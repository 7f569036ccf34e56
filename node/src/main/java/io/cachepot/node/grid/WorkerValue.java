package io.cachepot.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.cachepot.node.scheduler.WorkerEntry;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
        out.writeInt(worker.jobsMax());
        out.writeString(worker.state().name());
        Texts.write(out, worker.running().stream().map(JobId::hex).toList());
        List<JobId> leased = List.copyOf(worker.leases().keySet());
        Texts.write(out, leased.stream().map(JobId::hex).toList());
        Texts.write(
                out,
                leased.stream()
                        .map(job -> Objects.requireNonNull(worker.leases().get(job)))
                        .toList());
        Texts.write(out, worker.toolchains().stream().map(ToolchainId::hex).toList());
        out.writeInt(worker.cpus());
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
                        in.readInt(),
                        WorkerReport.State.valueOf(Texts.read(in)),
                        Texts.readList(in).stream().map(JobId::new).collect(Collectors.toSet()),
                        readLeases(in),
                        Texts.readList(in).stream()
                                .map(ToolchainId::fromHex)
                                .collect(Collectors.toSet()),
                        in.readInt(),
                        Texts.read(in));
    }

    private static Map<JobId, String> readLeases(ObjectDataInput in) throws IOException {
        List<String> leased = Texts.readList(in);
        List<String> schedulers = Texts.readList(in);
        var leases = new HashMap<JobId, String>();
        for (int i = 0; i < leased.size(); i++) {
            leases.put(new JobId(leased.get(i)), schedulers.get(i));
        }
        return leases;
    }
}
