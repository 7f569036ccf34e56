package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.client.cache.ResultEntry;
import io.cachepot.client.compiler.rustc.DependencyList;
import io.cachepot.client.coordinator.CompileCache.Result;
import io.cachepot.client.coordinator.RustInputs.Gathered;
import io.cachepot.client.include.FileMemory;
import io.cachepot.client.include.Inputs;
import io.cachepot.protocol.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;

/** Stores crates under their keys if all that they depend on is known. */
final class RustKeeper {
    private static final System.Logger LOG = System.getLogger(RustKeeper.class.getName());

    private final CompileCache cache;
    private final ResultKeeper keeper;
    private final RustReads reads;

    RustKeeper(FileMemory files, CompileCache cache, ResultKeeper keeper) {
        this.cache = cache;
        this.keeper = keeper;
        reads = new RustReads(files);
    }

    /** Reads the outputs, before the build learns that the compile is done and touches them. */
    Optional<Result> read(RustRequest request, Bytes stdout, Bytes stderr, long startNanos) {
        return keeper.read(request.outputs(), stdout, stderr, startNanos);
    }

    /** The dependency list that was asked for, among the outputs. */
    static DependencyList list(RustRequest request, Result result) throws IOException {
        int index = request.crate().dependencyList().orElseThrow();
        return DependencyList.parse(result.outputs().get(index).content().toUtf8());
    }

    /** Notes that what was read is not known. */
    void notKept(RustRequest request, IOException why) {
        LOG.log(DEBUG, "result not kept: {0}", why.toString());
        keeper.notKept("list of inputs is not whole", request.trace());
    }

    /**
     * Keeps {@code result}.
     *
     * @param list what rustc says that it read
     * @param linked what the linker says, where one ran
     * @param seen how to tell what a file was when the compile read it
     */
    void keep(
            RustRequest request,
            Gathered.Complete gathered,
            RustKeySet keys,
            Optional<Result> result,
            DependencyList list,
            Optional<String> linked,
            RustReads.Seen seen) {
        if (result.isEmpty()) {
            request.trace().notStored("an output is missing or too large");
            return;
        }
        try {
            var found =
                    reads.collect(
                            request, gathered, keys.source(), list, linked, result.get(), seen);
            switch (found) {
                case RustReads.Found.Refused(var reason) -> keeper.notKept(reason, request.trace());
                case RustReads.Found.Complete(var read) -> store(request, keys, read, result.get());
            }
        } catch (IOException e) {
            notKept(request, e);
        }
        keeper.passed(result.get());
    }

    private void store(RustRequest request, RustKeySet keys, Inputs read, Result result) {
        Optional<Result> movable = movable(request, result);
        if (movable.isPresent()) {
            cache.store(keys.direct(), read, true, movable.get(), request.trace());
        } else {
            cache.store(keys.bound(), read, true, result, request.trace());
        }
    }

    /** The same result for any place, if it does not depend on where it goes. */
    private static Optional<Result> movable(RustRequest request, Result result) {
        Optional<OutDirectory> outDirectory = OutDirectory.of(request);
        boolean hasWidth =
                request.crate().diagnosticWidth().isPresent()
                        && result.stderr().toUtf8().contains("\"rendered\"");
        if (outDirectory.isEmpty() || hasWidth) {
            return Optional.empty();
        }
        var outputs = new ArrayList<ResultEntry.Output>();
        for (ResultEntry.Output output : result.outputs()) {
            if (request.isList(output.index())) {
                Optional<Bytes> marked = outDirectory.get().marked(output.content());
                if (marked.isEmpty()) {
                    return Optional.empty();
                }
                outputs.add(
                        new ResultEntry.Output(
                                output.index(), output.isExecutable(), marked.get()));
            } else if (outDirectory.get().isIn(output.content())) {
                return Optional.empty();
            } else {
                outputs.add(output);
            }
        }
        Optional<Bytes> stdout = outDirectory.get().marked(result.stdout());
        Optional<Bytes> stderr = outDirectory.get().marked(result.stderr());
        return stdout.isPresent() && stderr.isPresent()
                ? Optional.of(new Result(stdout.get(), stderr.get(), outputs))
                : Optional.empty();
    }
}
