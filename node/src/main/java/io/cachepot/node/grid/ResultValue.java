package io.cachepot.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.cachepot.protocol.WorkerId;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;

/** Workers that keep one result, the latest first. */
final class ResultValue extends GridValue {
    private static final int HOLDERS_MAX = 3;

    private List<WorkerId> holders = List.of();

    /** For the factory. */
    ResultValue() {
        super(GridFactory.RESULT);
    }

    ResultValue(List<WorkerId> holders) {
        this();
        this.holders = List.copyOf(holders);
    }

    List<WorkerId> holders() {
        return holders;
    }

    /** Those of {@code later} in front. */
    ResultValue with(ResultValue later) {
        var all = new LinkedHashSet<>(later.holders);
        all.addAll(holders);
        return new ResultValue(all.stream().limit(HOLDERS_MAX).toList());
    }

    @Override
    void write(ObjectDataOutput out) throws IOException {
        Texts.write(out, holders.stream().map(WorkerId::address).toList());
    }

    @Override
    void read(ObjectDataInput in) throws IOException {
        holders = Texts.readList(in).stream().map(WorkerId::new).toList();
    }
}
