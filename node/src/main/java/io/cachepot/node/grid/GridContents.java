package io.cachepot.node.grid;

import com.hazelcast.map.IMap;
import io.cachepot.node.scheduler.ContentDirectory;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** The directory in maps {@code results} and {@code arrivals}. */
final class GridContents implements ContentDirectory {
    private final Supplier<IMap<String, ResultValue>> results;
    private final Supplier<IMap<String, String>> arrivals;
    private final ToIntFunction<String> partition;
    private final NoteQueue<ResultValue> notes =
            new NoteQueue<>("results", (before, now) -> before.with(now));

    /**
     * @param results of the member, which may be another one later
     * @param arrivals likewise: id of a toolchain -> the worker that a client sends it to
     * @param partition where the entry of a result is
     */
    GridContents(
            Supplier<IMap<String, ResultValue>> results,
            Supplier<IMap<String, String>> arrivals,
            ToIntFunction<String> partition) {
        this.results = results;
        this.arrivals = arrivals;
        this.partition = partition;
    }

    @Override
    public void noteResult(Digest key, WorkerId worker) {
        notes.add(key.hex(), new ResultValue(List.of(worker)));
    }

    /** As {@link GridJobs#flush}. */
    void flush() {
        notes.flush(
                partition,
                part -> results.get().submitToKeys(part.keySet(), new NoteResults(part)));
    }

    @Override
    public List<WorkerId> holders(Digest key) {
        Optional<ResultValue> noted = notes.find(key.hex());
        if (noted.isPresent()) {
            return noted.get().holders();
        }
        ResultValue value = Calls.await("result " + key, () -> results.get().getAsync(key.hex()));
        return value == null ? List.of() : value.holders();
    }

    @Override
    public WorkerId claimArrival(ToolchainId toolchain, WorkerId worker, Optional<WorkerId> gone) {
        var claim = new ClaimArrival(worker.address(), gone.map(WorkerId::address).orElse(""));
        return new WorkerId(
                Calls.await(
                        "arrival of toolchain " + toolchain,
                        () -> arrivals.get().submitToKey(toolchain.hex(), claim)));
    }
}
