package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.client.compiler.CompilerInvocation;
import io.cachepot.client.compiler.CompilerInvocation.Trait;
import io.cachepot.client.compiler.Language;
import io.cachepot.client.coordinator.BuildSide.Ended;
import io.cachepot.client.coordinator.LocalPermits.Permit;
import io.cachepot.client.dist.JobHistory;
import io.cachepot.client.include.FileStamp;
import io.cachepot.client.include.InputCollector.Collected;
import io.cachepot.client.include.InputCollector.Dependencies;
import io.cachepot.client.include.SearchPath;
import io.cachepot.client.stats.Stats;
import io.cachepot.protocol.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Compiles where the build runs, as its child. The compiler itself says what it read, in the same
 * run, so a miss costs little more than the compile; the user is answered before anything is
 * stored.
 */
final class LocalCompile {
    private static final System.Logger LOG = System.getLogger(LocalCompile.class.getName());

    private static final int SOURCES_MAX = 10_000;

    private final InputFinder inputs;
    private final ResultKeeper keeper;
    private final Scratch scratch;
    private final LocalPermits permits;
    private final JobHistory history;
    private final Stats stats;
    private final InstantSource clock;

    /** Sources whose system headers could not be found by reading; the preprocessor is asked. */
    private final Set<Path> wantsWhole = ConcurrentHashMap.newKeySet();

    LocalCompile(
            InputFinder inputs,
            ResultKeeper keeper,
            Scratch scratch,
            LocalPermits permits,
            JobHistory history,
            Stats stats,
            InstantSource clock) {
        this.inputs = inputs;
        this.keeper = keeper;
        this.scratch = scratch;
        this.permits = permits;
        this.history = history;
        this.stats = stats;
        this.clock = clock;
    }

    /** Compiles, answers the build, and keeps the result under {@code key}. */
    void run(CompileRequest request, CompileKey key, BuildSide build)
            throws IOException, InterruptedException {
        run(request, key, build, () -> permits.take(build));
    }

    /** The same with a permit that is at hand; it is given back. */
    void run(CompileRequest request, CompileKey key, BuildSide build, Permit permit)
            throws IOException, InterruptedException {
        try (permit) {
            run(request, key, build, () -> () -> {});
        }
    }

    @FunctionalInterface
    private interface Admission {
        Permit get() throws IOException, InterruptedException;
    }

    private void run(CompileRequest request, CompileKey key, BuildSide build, Admission admission)
            throws IOException, InterruptedException {
        Optional<SearchPath> search = inputs.searchPath(request, build);
        long startNanos = FileStamp.nanos(clock.instant());
        DependencyList list = dependencyList(request, build);
        try {
            List<String> arguments = request.arguments(list.arguments());
            switch (compile(request, arguments, build, admission)) {
                case Ended.Exited exited when exited.code() == 0 -> {
                    var result =
                            keeper.read(
                                    request.outputs(),
                                    exited.stdout(),
                                    exited.stderr(),
                                    startNanos);
                    Optional<Dependencies> dependencies = list.read();
                    var source = inputs.sourceOf(request, key);
                    try (var _ = keeper.begin(key)) {
                        build.exit(0);
                        Collected collected =
                                request.quotesUnknownFiles(exited.stderr())
                                        ? new Collected.Untracked(
                                                "diagnostics of preprocessed source")
                                        : inputs.collect(
                                                request, dependencies, source, search, startNanos);
                        if (collected instanceof Collected.Incomplete) {
                            wantWhole(request.source());
                        }
                        keeper.keep(request, key, collected, result);
                    }
                }
                case Ended.Exited exited when list.isBlamedBy(exited.stderr()) -> {
                    LOG.log(WARNING, "dependency list not written; the compile is run without it");
                    build.runItself();
                }
                case Ended.Exited exited -> {
                    stats.count(Stats.Counter.COMPILE_FAILS);
                    build.exit(exited.code());
                }
                case Ended.Signaled(int signal) -> {
                    stats.count(Stats.Counter.COMPILE_FAILS);
                    build.die(signal);
                }
                case Ended.NotStarted _ -> build.runItself();
            }
        } finally {
            list.close();
        }
    }

    private Ended compile(
            CompileRequest request, List<String> arguments, BuildSide build, Admission admission)
            throws IOException, InterruptedException {
        try (var _ = admission.get()) {
            long began = System.nanoTime();
            Ended ended = build.compile(request.compiler().executable().toString(), arguments);
            if (ended instanceof Ended.Exited(var code, _, _) && code == 0) {
                history.tookHere(request.unit(), Duration.ofNanos(System.nanoTime() - began));
            }
            return ended;
        }
    }

    /** How the compile's dependency list is come by. */
    private sealed interface DependencyList {
        /** To add to the command line. */
        List<String> arguments();

        /** Whether a compiler that failed may have done so because of our list. */
        default boolean isBlamedBy(Bytes stderr) {
            return false;
        }

        /** After the compile. */
        Optional<Dependencies> read() throws IOException;

        void close() throws IOException;
    }

    /** The user's own list has it all. */
    private record Asked(Path file) implements DependencyList {
        @Override
        public List<String> arguments() {
            return List.of();
        }

        @Override
        public Optional<Dependencies> read() throws IOException {
            return Preprocessor.read(file).map(files -> new Dependencies(files, true));
        }

        @Override
        public void close() {}
    }

    /**
     * The user's list leaves out system headers, and a compiler writes but one list: the rest is
     * found by reading.
     */
    private record AskedWithoutSystem(Path file) implements DependencyList {
        @Override
        public List<String> arguments() {
            return List.of();
        }

        @Override
        public Optional<Dependencies> read() throws IOException {
            return Preprocessor.read(file).map(files -> new Dependencies(files, false));
        }

        @Override
        public void close() {}
    }

    /** The user asked for none; ours costs nothing, for the compiler knows it anyway. */
    private record Ours(Path file) implements DependencyList {
        @Override
        public List<String> arguments() {
            return List.of("-MD", "-MF", file.toString());
        }

        /** A full disk, say: the compiler's message names the file that it could not write. */
        @Override
        public boolean isBlamedBy(Bytes stderr) {
            return new String(stderr.toByteArray(), StandardCharsets.UTF_8)
                    .contains(file.toString());
        }

        @Override
        public Optional<Dependencies> read() throws IOException {
            return Preprocessor.read(file).map(files -> new Dependencies(files, true));
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(file);
        }
    }

    /** It is known before the compile. */
    private record Before(Optional<Dependencies> dependencies) implements DependencyList {
        @Override
        public List<String> arguments() {
            return List.of();
        }

        @Override
        public Optional<Dependencies> read() {
            return dependencies;
        }

        @Override
        public void close() {}
    }

    private DependencyList dependencyList(CompileRequest request, BuildSide build)
            throws IOException, InterruptedException {
        var asked = request.invocation().dependencies();
        Language language = request.invocation().language();
        // gcc keeps in a precompiled header what a list of it would say, if it makes one; and what
        // is
        // in one that is used, reading does not find.
        boolean isPrecompiled =
                language.isHeader()
                        || (asked.isPresent()
                                && request.invocation().has(Trait.PRECOMPILED_HEADER));
        if (language.isPreprocessed() || (isPrecompiled && !isWhole(asked))) {
            return new Before(inputs.dependencies(request, build));
        }
        if (asked.isEmpty()) {
            return new Ours(scratch.newFile("d"));
        }
        Path file = request.cwd().resolve(asked.get().file());
        if (isWhole(asked)) {
            return new Asked(file);
        }
        return wantsWhole.contains(request.source())
                ? new Before(inputs.dependencies(request, build))
                : new AskedWithoutSystem(file);
    }

    private static boolean isWhole(Optional<CompilerInvocation.Dependencies> asked) {
        return asked.isPresent() && !asked.get().leavesOutSystemHeaders();
    }

    private void wantWhole(Path source) {
        if (wantsWhole.size() >= SOURCES_MAX) {
            wantsWhole.clear();
        }
        wantsWhole.add(source);
    }
}
