package io.cachepot.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.cachepot.node.scheduler.WorkerEntry;
import io.cachepot.protocol.EndedJob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes a worker's word of itself. */
final class Report extends WorkerChange {
    private static final long serialVersionUID = 1L;

    private @Nullable WorkerEntry told;
    private List<EndedJob> ended = List.of();

    /** For the factory. */
    Report() {
        super(GridFactory.REPORT);
    }

    /**
     * @param told the entry of a worker of which nothing but its report is known
     */
    Report(WorkerEntry told, List<EndedJob> ended) {
        this();
        this.told = told;
        this.ended = ended;
    }

    @Override
    WorkerEntry apply(String worker, @Nullable WorkerEntry was) {
        WorkerEntry word = Objects.requireNonNull(told);
        return was == null ? word : was.report(word, ended);
    }

    @Override
    void write(ObjectDataOutput out) throws IOException {
        WorkerValue.write(out, Objects.requireNonNull(told));
        out.writeInt(ended.size());
        for (EndedJob each : ended) {
            Leases.write(out, each.job());
            out.writeLong(each.wallMillis());
        }
    }

    @Override
    void read(ObjectDataInput in) throws IOException {
        told = WorkerValue.readEntry(in);
        int count = Texts.count(in, "jobs");
        ended = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ended.add(new EndedJob(Leases.readId(in), in.readLong()));
        }
    }
}
