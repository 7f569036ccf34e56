package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.client.cache.ResultEntry;
import io.cachepot.client.coordinator.CompileCache.Result;
import io.cachepot.client.explain.CompileTrace;
import io.cachepot.client.include.FileStamp;
import io.cachepot.client.include.InputCollector.Collected;
import io.cachepot.client.stats.Stats;
import io.cachepot.protocol.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes a good compile's outputs into memory while they are its own, and stores them later. */
final class ResultKeeper {
    private static final System.Logger LOG = System.getLogger(ResultKeeper.class.getName());

    /** Outputs that are read one after the other, if there is room. */
    private static final long LARGE_BYTES = 16L << 20;

    /** How many times their size has to be free. */
    private static final int ROOM = 3;

    private final CompileCache cache;
    private final PendingStores pending;
    private final Stats stats;
    private final Object large = new Object();
    private final HeapTrim heap = new HeapTrim(System::gc);

    ResultKeeper(CompileCache cache, PendingStores pending, Stats stats) {
        this.cache = cache;
        this.pending = pending;
        this.stats = stats;
    }

    /**
     * Reads the outputs, before the build learns that the compile is done and touches them.
     *
     * @param files every output
     * @param startNanos when the compile began; a file that is older is not its output
     * @return empty when they are not what the command line says
     */
    Optional<Result> read(List<Path> files, Bytes stdout, Bytes stderr, long startNanos) {
        try {
            long bytes = 0;
            for (Path file : files) {
                if (!isFresh(file, startNanos) || Files.size(file) > ResultEntry.OUTPUT_BYTES_MAX) {
                    LOG.log(
                            DEBUG,
                            "result not kept: output={0} was not written or is too large",
                            file);
                    return Optional.empty();
                }
                bytes += Files.size(file);
            }
            return bytes < LARGE_BYTES
                    ? Optional.of(read(files, stdout, stderr))
                    : readLarge(files, stdout, stderr, bytes);
        } catch (IOException e) {
            LOG.log(DEBUG, "result not kept: {0}", e.toString());
            return Optional.empty();
        }
    }

    private static Result read(List<Path> files, Bytes stdout, Bytes stderr) throws IOException {
        var outputs = new ArrayList<ResultEntry.Output>();
        for (int i = 0; i < files.size(); i++) {
            Path file = files.get(i);
            outputs.add(new ResultEntry.Output(i, Files.isExecutable(file), Bytes.read(file)));
        }
        return new Result(stdout, stderr, outputs);
    }

    /** A dozen programs that are linked at once could be more than the heap holds. */
    private Optional<Result> readLarge(List<Path> files, Bytes stdout, Bytes stderr, long bytes)
            throws IOException {
        synchronized (large) {
            if (!hasRoom(bytes)) {
                System.gc();
            }
            if (!hasRoom(bytes)) {
                LOG.log(DEBUG, "result not kept: no memory for its {0} bytes", bytes);
                return Optional.empty();
            }
            return Optional.of(read(files, stdout, stderr));
        }
    }

    private static boolean hasRoom(long bytes) {
        var runtime = Runtime.getRuntime();
        long used = runtime.totalMemory() - runtime.freeMemory();
        return (runtime.maxMemory() - used) / ROOM >= bytes;
    }

    private static boolean isFresh(Path file, long startNanos) throws IOException {
        return FileStamp.of(file)
                .filter(stamp ->
                        stamp.isRegular()
                                && stamp.changedNanos() + FileStamp.GRANULARITY_NANOS >= startNanos)
                .isPresent();
    }

    /** Announces a {@link #keep}, before the build is told that its compile is done. */
    PendingStores.Pending begin(CompileKey key) {
        return pending.begin(key.all());
    }

    /** Stores the result under {@code key} if all that it depends on is known. */
    void keep(
            CompileRequest request, CompileKey key, Collected collected, Optional<Result> result) {
        CompileTrace trace = request.trace();
        switch (collected) {
            case Collected.Complete complete ->
                    result.ifPresentOrElse(
                            whole -> store(request, key, complete, whole),
                            () -> trace.notStored("an output is missing or too large"));
            case Collected.Untracked(var reason) -> notKept(reason, trace);
            case Collected.Incomplete _ -> notKept("list of headers is not whole", trace);
            case Collected.Unsettled _ -> notKept("input changed while it was compiled", trace);
        }
        result.ifPresent(this::passed);
    }

    /** A result is not needed any more. */
    void passed(Result result) {
        heap.passed(sizeBytes(result));
    }

    private static long sizeBytes(Result result) {
        return result.outputs().stream().mapToLong(each -> each.content().size()).sum();
    }

    private void store(
            CompileRequest request, CompileKey key, Collected.Complete inputs, Result result) {
        Optional<Result> portable =
                key.elsewhere().flatMap(each -> each.portable(request, inputs, result));
        if (portable.isPresent()) {
            Elsewhere elsewhere = key.elsewhere().orElseThrow();
            cache.store(
                    elsewhere.direct(),
                    elsewhere.relocation().portable(inputs.inputs()),
                    true,
                    portable.get(),
                    request.trace());
        } else {
            cache.store(key.direct(), inputs.inputs(), inputs.isDirect(), result, request.trace());
        }
    }

    /** Counts a result that depends on more than is known. */
    void notKept(String reason, CompileTrace trace) {
        trace.notStored(reason);
        stats.count(Stats.Counter.NON_CACHEABLE_COMPILATIONS);
        stats.notCached(reason);
    }
}
