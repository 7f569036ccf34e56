package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.client.cache.ResultEntry;
import io.cachepot.client.compiler.rustc.DependencyList;
import io.cachepot.client.compiler.rustc.Linker;
import io.cachepot.client.compiler.rustc.RustcArguments;
import io.cachepot.client.coordinator.BuildSide.Ended;
import io.cachepot.client.coordinator.CompileCache.Hit;
import io.cachepot.client.coordinator.CompileCache.Known;
import io.cachepot.client.coordinator.CompileCache.Reader;
import io.cachepot.client.coordinator.CompileCache.Result;
import io.cachepot.client.coordinator.RustInputs.Gathered;
import io.cachepot.client.explain.KeyParts;
import io.cachepot.client.include.FileMemory;
import io.cachepot.client.include.FileStamp;
import io.cachepot.client.include.Inputs;
import io.cachepot.client.key.RustKeys;
import io.cachepot.client.stats.Phase;
import io.cachepot.client.stats.Stats;
import io.cachepot.client.stats.Stats.Counter;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One crate: from the cache, else compiled here. rustc itself says what it read, and the linker
 * too, in the run that was asked for; no run is spent on asking.
 */
final class RustService {
    private static final System.Logger LOG = System.getLogger(RustService.class.getName());
    private static final String LANGUAGE = "rust";

    private final FileMemory files;
    private final RustInputs inputs;
    private final RustReads reads;
    private final CompileCache cache;
    private final PendingStores pending;
    private final ResultKeeper keeper;
    private final DigestsAhead ahead;
    private final Scratch scratch;
    private final LocalPermits permits;
    private final Stats stats;
    private final InstantSource clock;
    private final boolean isRecache;

    /**
     * @param isRecache whether every look-up is a miss
     */
    RustService(
            FileMemory files,
            RustInputs inputs,
            CompileCache cache,
            PendingStores pending,
            ResultKeeper keeper,
            DigestsAhead ahead,
            Scratch scratch,
            LocalPermits permits,
            Stats stats,
            InstantSource clock,
            boolean isRecache) {
        this.files = files;
        this.inputs = inputs;
        this.reads = new RustReads(files);
        this.cache = cache;
        this.pending = pending;
        this.keeper = keeper;
        this.ahead = ahead;
        this.scratch = scratch;
        this.permits = permits;
        this.stats = stats;
        this.clock = clock;
        this.isRecache = isRecache;
    }

    /**
     * The names under which a crate's results are looked for.
     *
     * @param direct wherever outputs go
     * @param bound to the very same place and width of diagnostics
     * @param source content of the crate's root, which is a part of both
     */
    private record Keys(Digest direct, Digest bound, Digest source) {
        List<Digest> all() {
            return List.of(direct, bound);
        }
    }

    /** Does it, and ends {@code build} in one way or another. */
    void compile(RustRequest request, BuildSide build) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        Optional<FileMemory.Known> source = source(request);
        if (source.isEmpty()) {
            passThrough("no input file", request, build);
            return;
        }
        Gathered gathered;
        try {
            gathered = inputs.gather(request, build);
        } catch (IOException e) {
            LOG.log(DEBUG, "inputs not gathered, rustc shall say why: {0}", e.toString());
            passThrough("an input is not there", request, build);
            return;
        }
        switch (gathered) {
            case Gathered.Refused(var reason) -> passThrough(reason, request, build);
            case Gathered.Complete complete ->
                    compile(request, complete, source.get().digest(), build, startNanos);
        }
    }

    private void compile(
            RustRequest request,
            Gathered.Complete gathered,
            Digest source,
            BuildSide build,
            long startNanos)
            throws IOException, InterruptedException {
        stats.count(Counter.REQUESTS_EXECUTED);
        Keys keys = keys(request, gathered, source);
        Optional<OutDirectory> outDirectory = OutDirectory.of(request);
        if (isRecache) {
            stats.count(Counter.FORCED_RECACHES);
            request.trace().because("forced recache", "CACHEPOT_RECACHE is set: no look-up");
        } else if (outDirectory.isPresent()
                && deliver(keys.direct(), outDirectory, request, build, startNanos)) {
            return;
        } else if (deliver(keys.bound(), Optional.empty(), request, build, startNanos)) {
            return;
        }
        request.trace().miss();
        stats.miss(LANGUAGE, System.nanoTime() - startNanos);
        compileHere(request, gathered, keys, build);
    }

    private Keys keys(RustRequest request, Gathered.Complete gathered, Digest source) {
        Digest direct =
                RustKeys.direct(
                        request.compiler().identity(),
                        gathered.parts(),
                        gathered.environment(),
                        request.cwd().toString(),
                        request.isColored(),
                        request.crate().source(),
                        source);
        request.trace()
                .keyed(
                        new KeyParts(
                                request.compiler().real().toString(),
                                request.compiler().version(),
                                request.compiler().identity(),
                                LANGUAGE,
                                gathered.parts(),
                                gathered.environment(),
                                request.cwd().toString(),
                                request.isColored(),
                                request.crate().source(),
                                source),
                        direct);
        return new Keys(
                direct,
                RustKeys.bound(direct, request.outDirectory(), request.crate().diagnosticWidth()),
                source);
    }

    /** Empty when it can not be read either; rustc says it best. */
    private Optional<FileMemory.Known> source(RustRequest request) {
        try {
            return files.look(request.source());
        } catch (IOException e) {
            LOG.log(DEBUG, "source not read: {0}", e.toString());
            return Optional.empty();
        }
    }

    private void passThrough(String reason, RustRequest request, BuildSide build)
            throws IOException {
        request.trace().notCacheable(reason);
        stats.count(Counter.REQUESTS_NOT_CACHEABLE);
        stats.notCached(reason);
        build.runItself();
    }

    /**
     * Whether there was a result and it went to the build.
     *
     * @param outDirectory to be put in where its mark is; empty when there is none
     */
    private boolean deliver(
            Digest key,
            Optional<OutDirectory> outDirectory,
            RustRequest request,
            BuildSide build,
            long startNanos)
            throws IOException, InterruptedException {
        pending.await(key);
        Known known = cache.look(key, request.environment(), request.trace());
        request.trace().lap(Phase.LOOKUP);
        if (!(known instanceof Known.Result(var result))) {
            return false;
        }
        Optional<Hit> opened;
        try {
            opened =
                    cache.open(
                            result,
                            request.targets(),
                            request.umask(),
                            reader(request, outDirectory),
                            request.trace());
        } catch (IOException e) {
            request.trace().because("outputs not written", "outputs not written: " + e);
            return false;
        }
        if (opened.isEmpty()) {
            request.trace().because("result no longer in the cache", "the result is gone: evicted");
            return false;
        }
        Hit hit = opened.get();
        try (var outputs = hit.outputs()) {
            outputs.commit();
        } catch (IOException e) {
            request.trace().because("outputs not written", "outputs not placed: " + e);
            return false;
        }
        request.trace().hit();
        stats.hit(LANGUAGE, System.nanoTime() - startNanos);
        build.finish(
                outDirectory.map(each -> each.local(hit.stdout())).orElse(hit.stdout()),
                outDirectory.map(each -> each.local(hit.stderr())).orElse(hit.stderr()),
                0);
        ahead.look(request.outputs());
        return true;
    }

    private static Reader reader(RustRequest request, Optional<OutDirectory> outDirectory) {
        if (outDirectory.isEmpty() || request.crate().dependencyList().isEmpty()) {
            return Reader.PLAIN;
        }
        int list = request.crate().dependencyList().getAsInt();
        return (index, content) -> index == list ? outDirectory.get().local(content) : content;
    }

    /** rustc's and the linker's own lists of what they read, where nobody else asked for them. */
    private record Lists(Optional<Path> sources, Optional<Path> linked) implements AutoCloseable {
        static Lists of(RustRequest request, Scratch scratch) throws IOException {
            return new Lists(
                    request.hasList() ? Optional.empty() : Optional.of(scratch.newFile("d")),
                    request.isLinked() ? Optional.of(scratch.newFile("d")) : Optional.empty());
        }

        List<String> arguments() {
            var arguments = new ArrayList<String>();
            linked.ifPresent(list -> arguments.add("-Clink-arg=" + Linker.writingList(list)));
            return arguments;
        }

        /** A full disk, say: the message names the file that could not be written. */
        boolean areBlamedBy(Bytes stderr) {
            String text = stderr.toUtf8();
            return sources.filter(list -> text.contains(list.toString())).isPresent()
                    || linked.filter(list ->
                                    text.contains("dependency-file")
                                            && text.contains("unrecognized"))
                            .isPresent();
        }

        @Override
        public void close() throws IOException {
            for (Optional<Path> list : List.of(sources, linked)) {
                if (list.isPresent()) {
                    Files.deleteIfExists(list.get());
                }
            }
        }
    }

    private void compileHere(
            RustRequest request, Gathered.Complete gathered, Keys keys, BuildSide build)
            throws IOException, InterruptedException {
        settle(request);
        long startNanos = FileStamp.nanos(clock.instant());
        try (var lists = Lists.of(request, scratch)) {
            Ended ended;
            try (var _ = permits.take(build)) {
                ended =
                        build.compile(
                                request.compiler().executable().toString(),
                                request.arguments(lists.arguments()));
            }
            switch (ended) {
                case Ended.Exited exited when exited.code() == 0 -> {
                    Optional<Result> result =
                            keeper.read(
                                    request.outputs(),
                                    exited.stdout(),
                                    exited.stderr(),
                                    startNanos);
                    if (lists.sources().isPresent()) {
                        listSources(request, lists.sources().get(), build);
                    }
                    try (var _ = pending.begin(keys.all())) {
                        build.exit(0);
                        ahead.look(request.outputs());
                        keep(request, gathered, keys, result, lists, startNanos);
                    }
                }
                case Ended.Exited exited when lists.areBlamedBy(exited.stderr()) -> {
                    LOG.log(WARNING, "list of inputs not written; rustc is run without it");
                    build.runItself();
                }
                case Ended.Exited exited -> {
                    stats.count(Counter.COMPILE_FAILS);
                    build.exit(exited.code());
                }
                case Ended.Signaled(int signal) -> {
                    stats.count(Counter.COMPILE_FAILS);
                    build.die(signal);
                }
                case Ended.NotStarted _ -> build.runItself();
            }
        }
    }

    /**
     * Asks for the list that the command line does not ask for. To ask in the same run would change
     * the crate: what is emitted is a part of its hash.
     */
    private static void listSources(RustRequest request, Path list, BuildSide build)
            throws IOException, InterruptedException {
        var arguments = new ArrayList<>(List.of(request.argv0()));
        arguments.addAll(request.leading());
        arguments.add("--emit=dep-info=" + list);
        arguments.addAll(RustcArguments.withoutOutputs(request.rest()));
        build.run(request.compiler().executable().toString(), arguments, List.of());
    }

    /**
     * What a build script wrote a moment ago can not be told from what it writes a moment later:
     * waits until it can.
     */
    private void settle(RustRequest request) throws InterruptedException {
        String generated = request.environment().getOrDefault("OUT_DIR", "");
        if (generated.isEmpty()) {
            return;
        }
        long newest = 0;
        try (var entries = Files.newDirectoryStream(Path.of(generated))) {
            for (Path entry : entries) {
                newest =
                        Math.max(
                                newest,
                                FileStamp.of(entry).map(FileStamp::changedNanos).orElse(0L));
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.log(DEBUG, "OUT_DIR not listed: {0}", e.toString());
        }
        long age = FileStamp.nanos(clock.instant()) - newest;
        if (age <= FileStamp.GRANULARITY_NANOS && age >= 0) {
            TimeUnit.NANOSECONDS.sleep(FileStamp.GRANULARITY_NANOS - age + 1_000_000);
        }
    }

    private void keep(
            RustRequest request,
            Gathered.Complete gathered,
            Keys keys,
            Optional<Result> result,
            Lists lists,
            long startNanos) {
        if (result.isEmpty()) {
            request.trace().notStored("an output is missing or too large");
            return;
        }
        try {
            DependencyList list = DependencyList.parse(sources(request, result.get(), lists));
            Optional<String> linked =
                    lists.linked().isPresent()
                            ? Optional.of(Files.readString(lists.linked().get()))
                            : Optional.empty();
            var found =
                    reads.collect(
                            request,
                            gathered,
                            keys.source(),
                            list,
                            linked,
                            result.get(),
                            startNanos);
            switch (found) {
                case RustReads.Found.Refused(var reason) -> keeper.notKept(reason, request.trace());
                case RustReads.Found.Complete(var read) -> store(request, keys, read, result.get());
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(DEBUG, "result not kept: {0}", e.toString());
            keeper.notKept("list of inputs is not whole", request.trace());
        }
    }

    private static String sources(RustRequest request, Result result, Lists lists)
            throws IOException {
        if (lists.sources().isPresent()) {
            return Files.readString(lists.sources().get());
        }
        int index = request.crate().dependencyList().orElseThrow();
        return result.outputs().get(index).content().toUtf8();
    }

    private void store(RustRequest request, Keys keys, Inputs read, Result result) {
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
            boolean isList =
                    request.crate().dependencyList().isPresent()
                            && request.crate().dependencyList().getAsInt() == output.index();
            if (isList) {
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
