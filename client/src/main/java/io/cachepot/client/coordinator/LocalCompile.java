package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.client.coordinator.BuildSide.Ended;
import io.cachepot.client.include.FileStamp;
import io.cachepot.client.include.InputCollector.Collected;
import io.cachepot.client.include.SearchPath;
import io.cachepot.client.stats.Stats;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compiles where the build runs, as its child. The compiler itself says what it read, in the same
 * run, so a miss costs little more than the compile; the user is answered before anything is
 * stored.
 */
final class LocalCompile {
    private static final System.Logger LOG = System.getLogger(LocalCompile.class.getName());

    private final InputFinder inputs;
    private final ResultKeeper keeper;
    private final Scratch scratch;
    private final Stats stats;
    private final InstantSource clock;

    LocalCompile(
            InputFinder inputs,
            ResultKeeper keeper,
            Scratch scratch,
            Stats stats,
            InstantSource clock) {
        this.inputs = inputs;
        this.keeper = keeper;
        this.scratch = scratch;
        this.stats = stats;
        this.clock = clock;
    }

    /** Compiles, answers the build, and keeps the result under {@code direct}. */
    void run(CompileRequest request, Digest direct, BuildSide build)
            throws IOException, InterruptedException {
        Optional<SearchPath> search = inputs.searchPath(request, build);
        long startNanos = FileStamp.nanos(clock.instant());
        DependencyList list = dependencyList(request, build);
        try {
            var arguments = new ArrayList<>(request.arguments());
            arguments.addAll(list.arguments());
            switch (build.compile(request.compiler().executable().toString(), arguments)) {
                case Ended.Exited exited when exited.code() == 0 -> {
                    var result = keeper.read(request, exited.stdout(), exited.stderr());
                    Optional<List<String>> dependencies = list.read();
                    try (var _ = keeper.begin(direct)) {
                        build.exit(0);
                        Collected collected =
                                inputs.collect(request, dependencies, search, startNanos);
                        keeper.keep(direct, collected, result, request.trace());
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

    /** How the compile's dependency list is come by. */
    private sealed interface DependencyList {
        /** To add to the command line. */
        List<String> arguments();

        /** Whether a compiler that failed may have done so because of our list. */
        default boolean isBlamedBy(Bytes stderr) {
            return false;
        }

        /** After the compile. */
        Optional<List<String>> read() throws IOException;

        void close() throws IOException;
    }

    /** The user's own list has it all. */
    private record Asked(Path file) implements DependencyList {
        @Override
        public List<String> arguments() {
            return List.of();
        }

        @Override
        public Optional<List<String>> read() throws IOException {
            return Preprocessor.read(file);
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
        public Optional<List<String>> read() throws IOException {
            return Preprocessor.read(file);
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(file);
        }
    }

    /** The user's list leaves out system headers, and a compiler writes but one. */
    private record Before(Optional<List<String>> dependencies) implements DependencyList {
        @Override
        public List<String> arguments() {
            return List.of();
        }

        @Override
        public Optional<List<String>> read() {
            return dependencies;
        }

        @Override
        public void close() {}
    }

    private DependencyList dependencyList(CompileRequest request, BuildSide build)
            throws IOException, InterruptedException {
        var asked = request.invocation().dependencies();
        if (asked.isEmpty()) {
            return new Ours(scratch.newFile("d"));
        }
        return asked.get().leavesOutSystemHeaders()
                ? new Before(inputs.dependencies(request, build))
                : new Asked(request.cwd().resolve(asked.get().file()));
    }
}
