package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.client.compiler.rustc.DependencyList;
import io.cachepot.client.compiler.rustc.Linker;
import io.cachepot.client.compiler.rustc.RustcArguments;
import io.cachepot.client.compiler.rustc.RustcInvocation.Emit;
import io.cachepot.client.coordinator.BuildSide.Ended;
import io.cachepot.client.coordinator.CompileCache.Result;
import io.cachepot.client.coordinator.LocalPermits.Permit;
import io.cachepot.client.coordinator.RustInputs.Gathered;
import io.cachepot.client.dist.JobHistory;
import io.cachepot.client.include.FileStamp;
import io.cachepot.client.stats.Stats;
import io.cachepot.client.stats.Stats.Counter;
import io.cachepot.protocol.Bytes;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Compiles a crate where the build runs. rustc itself says what it read, and the linker too, in the
 * run that was asked for.
 */
final class RustLocal {
    private static final System.Logger LOG = System.getLogger(RustLocal.class.getName());

    private final RustKeeper keeper;
    private final PendingStores pending;
    private final DigestsAhead ahead;
    private final Scratch scratch;
    private final LocalPermits permits;
    private final JobHistory history;
    private final Stats stats;
    private final InstantSource clock;

    RustLocal(
            RustKeeper keeper,
            PendingStores pending,
            DigestsAhead ahead,
            Scratch scratch,
            LocalPermits permits,
            JobHistory history,
            Stats stats,
            InstantSource clock) {
        this.keeper = keeper;
        this.pending = pending;
        this.ahead = ahead;
        this.scratch = scratch;
        this.permits = permits;
        this.history = history;
        this.stats = stats;
        this.clock = clock;
    }

    /** rustc's and the linker's own lists of what they read, where nobody else asked for them. */
    private record Lists(Optional<Path> sources, Optional<Path> linked) implements AutoCloseable {
        static Lists of(RustRequest request, Scratch scratch) throws IOException {
            return new Lists(
                    request.hasList() ? Optional.empty() : Optional.of(scratch.newFile("d")),
                    request.isLinked() ? Optional.of(scratch.newFile("d")) : Optional.empty());
        }

        List<String> arguments() {
            return linked.map(list -> List.of("-Clink-arg=" + Linker.writingList(list)))
                    .orElse(List.of());
        }

        /** What rustc said, as it would have without us: it shows how it called the linker. */
        Bytes withoutOurs(Bytes said) {
            if (linked.isEmpty() || said.isEmpty()) {
                return said;
            }
            String ours = Linker.writingList(linked.get());
            String text = said.toUtf8();
            return text.contains(ours)
                    ? Bytes.utf8(
                            text.replace(" \\\"" + ours + "\\\"", "")
                                    .replace(" \"" + ours + "\"", "")
                                    .replace(" " + ours, ""))
                    : said;
        }

        DependencyList read(RustRequest request, Optional<Result> result) throws IOException {
            return sources.isPresent()
                    ? DependencyList.parse(Files.readString(sources.get()))
                    : RustKeeper.list(
                            request, result.orElseThrow(() -> new IOException("no outputs")));
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

    /** Learns what a crate read. */
    @FunctionalInterface
    interface Reader {
        void read(List<String> files);
    }

    /** Compiles, answers the build, and keeps the result. */
    void run(
            RustRequest request,
            Gathered.Complete gathered,
            RustKeySet keys,
            Reader reader,
            BuildSide build)
            throws IOException, InterruptedException {
        run(request, gathered, keys, reader, build, permits.take(build));
    }

    /** The same with a permit that is at hand; it is given back when the compile is done. */
    void run(
            RustRequest request,
            Gathered.Complete gathered,
            RustKeySet keys,
            Reader reader,
            BuildSide build,
            Permit permit)
            throws IOException, InterruptedException {
        Lists lists;
        long startNanos;
        Ended ended;
        try (permit) {
            settle(request);
            lists = Lists.of(request, scratch);
            startNanos = FileStamp.nanos(clock.instant());
            ended = compile(request, lists, build);
        }
        try (lists) {
            switch (ended) {
                case Ended.Exited exited when exited.code() == 0 -> {
                    Bytes stderr = lists.withoutOurs(exited.stderr());
                    Optional<Result> result =
                            keeper.read(request, exited.stdout(), stderr, startNanos);
                    if (lists.sources().isPresent()) {
                        listSources(request, lists.sources().get(), build);
                    }
                    try (var _ = pending.begin(keys.all())) {
                        answer(request, 0, exited.stdout(), stderr, build);
                        ahead.look(request.outputs());
                        keep(request, gathered, keys, result, lists, reader, startNanos);
                    }
                }
                case Ended.Exited exited -> {
                    stats.count(Counter.COMPILE_FAILS);
                    answer(
                            request,
                            exited.code(),
                            exited.stdout(),
                            lists.withoutOurs(exited.stderr()),
                            build);
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
     * Whether what rustc says is passed on only at its end: it would show what we tell the linker.
     * Where crates wait for metadata, it is passed on at once.
     */
    private static boolean isUnheard(RustRequest request) {
        return request.isLinked() && !request.crate().emitted().contains(Emit.METADATA);
    }

    private static void answer(
            RustRequest request, int code, Bytes stdout, Bytes stderr, BuildSide build)
            throws IOException {
        if (isUnheard(request)) {
            build.finish(stdout, stderr, code);
        } else {
            build.exit(code);
        }
    }

    private Ended compile(RustRequest request, Lists lists, BuildSide build)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        String executable = request.compiler().executable().toString();
        List<String> arguments = request.arguments(lists.arguments());
        Ended ended =
                isUnheard(request)
                        ? build.compileUnheard(executable, arguments)
                        : build.compile(executable, arguments);
        if (ended instanceof Ended.Exited(var code, _, _) && code == 0) {
            history.tookHere(RustRemote.unit(request), Duration.ofNanos(System.nanoTime() - began));
        }
        return ended;
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
            RustKeySet keys,
            Optional<Result> result,
            Lists lists,
            Reader reader,
            long startNanos) {
        try {
            DependencyList list = lists.read(request, result);
            reader.read(list.files());
            Optional<String> linked =
                    lists.linked().isPresent()
                            ? Optional.of(Files.readString(lists.linked().get()))
                            : Optional.empty();
            keeper.keep(
                    request,
                    gathered,
                    keys,
                    result,
                    list,
                    linked,
                    new RustReads.Seen.Since(startNanos));
        } catch (IOException e) {
            keeper.notKept(request, e);
        }
    }
}
