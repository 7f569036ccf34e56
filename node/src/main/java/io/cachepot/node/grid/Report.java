package io.cachepot.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.cachepot.node.scheduler.WorkerEntry;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.wire.Json;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes a worker's word of itself. */
final class Report extends WorkerChange {
    private static final long serialVersionUID = 1L;

    private @Nullable WorkerReport report;
    private Digest certificate = Digest.EMPTY;

    /** For the factory. */
    Report() {
        super(GridFactory.REPORT);
    }

    Report(WorkerReport report, Digest certificate) {
        this();
        this.report = report;
        this.certificate = certificate;
    }

    @Override
    WorkerEntry apply(String worker, @Nullable WorkerEntry was) {
        WorkerReport told = Objects.requireNonNull(report);
        return was == null
                ? WorkerEntry.of(new WorkerId(worker), 1, told, certificate)
                : was.report(told, certificate);
    }

    @Override
    void write(ObjectDataOutput out) throws IOException {
        out.writeByteArray(Json.encode(Objects.requireNonNull(report)));
        out.writeString(certificate.hex());
    }

    @Override
    void read(ObjectDataInput in) throws IOException {
        byte[] json = in.readByteArray();
        report = Json.decode(json == null ? new byte[0] : json, WorkerReport.class);
        certificate = Digest.fromHex(Texts.read(in));
    }
}
