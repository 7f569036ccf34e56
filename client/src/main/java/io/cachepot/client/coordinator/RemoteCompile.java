package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.INFO;

import io.cachepot.client.cache.OutputFiles;
import io.cachepot.client.compiler.Compiler;
import io.cachepot.client.compiler.CompilerInvocation.Trait;
import io.cachepot.client.dist.DistException;
import io.cachepot.client.dist.RemoteCompiler;
import io.cachepot.client.dist.RemoteJob;
import io.cachepot.client.dist.RemoteResult;
import io.cachepot.client.include.FileMemory;
import io.cachepot.client.include.FileStamp;
import io.cachepot.client.include.InputCollector.Collected;
import io.cachepot.client.include.SearchPath;
import io.cachepot.client.packaging.InputTree;
import io.cachepot.client.packaging.PathMapping;
import io.cachepot.client.packaging.ToolchainArchive;
import io.cachepot.client.packaging.ToolchainArchives;
import io.cachepot.client.packaging.ToolchainContent;
import io.cachepot.client.stats.Stats;
import io.cachepot.config.Toolchain;
import io.cachepot.protocol.Job;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compiles on a worker: the same command line in the same directory over the same files, so that
 * object, dependency list and diagnostics come out as they would here. (Preprocessed source does
 * not do that: with {@code -g} neither gcc nor clang gives the same object for it.)
 */
final class RemoteCompile {
    private static final System.Logger LOG = System.getLogger(RemoteCompile.class.getName());
    private static final Duration TIMEOUT = Duration.ofHours(1);

    /** Headers of clang itself, below what {@code -resource-dir} names. */
    private static final Pattern RESOURCES = Pattern.compile("(.*/lib/clang/[^/]+)/include");

    /** From here on a shell means: not run, or killed. */
    private static final int EXIT_CODE_ODD = 126;

    /** Errors that a sandbox could make and this machine would not. */
    private static final List<String> SUSPICIONS =
            List.of(
                    "No such file",
                    "cannot open",
                    "cannot execute",
                    "not found",
                    "Permission denied",
                    "No space left",
                    "Read-only file system",
                    "out of memory",
                    "internal compiler error",
                    "Killed",
                    "error while loading shared libraries",
                    "unable to execute");

    private final RemoteCompiler workers;
    private final InputFinder finder;
    private final ToolchainArchives toolchains;
    private final PathMapping paths = PathMapping.ofThisMachine();

    /** By the compiler's path, however it was spelled. */
    private final Map<String, Toolchain> configured;

    private final Locales locales;
    private final ResultKeeper keeper;
    private final SmallCompiles small;
    private final Stats stats;
    private final InstantSource clock;

    /**
     * @param configured what the user says of single compilers
     * @param small learns what the way to a worker takes
     */
    RemoteCompile(
            RemoteCompiler workers,
            InputFinder finder,
            ToolchainArchives toolchains,
            List<Toolchain> configured,
            Locales locales,
            ResultKeeper keeper,
            SmallCompiles small,
            Stats stats,
            InstantSource clock) {
        this.clock = clock;
        this.workers = workers;
        this.finder = finder;
        this.toolchains = toolchains;
        this.configured =
                configured.stream()
                        .collect(
                                Collectors.toMap(
                                        each -> spelled(each.compilerExecutable()), each -> each));
        this.locales = locales;
        this.keeper = keeper;
        this.small = small;
        this.stats = stats;
    }

    private String spelled(Path compiler) {
        return paths.comparable(compiler.toString());
    }

    /** What the user says of it, if anything. */
    private @Nullable Toolchain configured(Compiler compiler) {
        return configured.get(spelled(compiler.executable()));
    }

    /** Why {@code request} stays here; empty when it may go. */
    Optional<String> refusal(CompileRequest request, Collected.Complete inputs) {
        if (request.invocation().has(Trait.NATIVE_CPU)) {
            return Optional.of("an option asks for this machine's processor");
        }
        if (inputs.usesPrecompiled()) {
            return Optional.of("precompiled header");
        }
        if (configured(request.compiler()) instanceof Toolchain.NoDist) {
            return Optional.of("no_dist is set for this compiler");
        }
        return JobEnvironment.refusal(request.environment());
    }

    /** A compile that can go to a worker. */
    record Prepared(
            CompileRequest request,
            CompileKey key,
            Collected.Complete inputs,
            JobEnvironment environment,
            RemoteJob job,
            ToolchainArchive archive) {}

    /**
     * Gathers what a worker needs.
     *
     * @throws DistException when that is not to be had
     */
    Prepared prepare(
            CompileRequest request,
            CompileKey key,
            Collected.Complete inputs,
            SearchPath search,
            BuildSide build)
            throws DistException, InterruptedException {
        try {
            Remote remote = remote(request.compiler());
            var environment = JobEnvironment.of(request, locales);
            List<String> arguments = arguments(request, remote, search, build);
            RemoteJob job = job(request, remote, environment, inputs, search, arguments);
            return new Prepared(request, key, inputs, environment, job, remote.archive());
        } catch (IllegalArgumentException e) {
            throw new DistException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Whether a worker had the result, and the build was answered with it. */
    boolean deliverKept(Prepared compile, BuildSide build)
            throws IOException, InterruptedException {
        Optional<RemoteResult> found =
                build.whileThere(() -> workers.findKept(compile.job(), outputsFor(compile)));
        if (found.isEmpty()) {
            return false;
        }
        try (OutputFiles outputs = found.get().outputs()) {
            if (found.get().exitCode() != 0) {
                return false; // no worker of ours keeps that
            }
            Optional<String> trouble =
                    take(
                            compile,
                            found.get(),
                            outputs,
                            build,
                            () ->
                                    compile.request()
                                            .trace()
                                            .keptBy(found.get().worker().toString()));
            trouble.ifPresent(why -> LOG.log(INFO, "kept result not taken: reason={0}", why));
            return trouble.isEmpty();
        }
    }

    /**
     * Compiles, answers the build, and keeps the result under its key.
     *
     * @return why nothing of that happened and the compile has to be done here; empty when it did
     */
    Optional<String> run(Prepared compile, BuildSide build)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        try {
            RemoteResult result =
                    build.whileThere(() ->
                            workers.run(compile.job(), compile.archive(), outputsFor(compile)));
            small.tookThere(
                    Duration.ofNanos(System.nanoTime() - began),
                    Duration.of(result.complete().wallMicros(), ChronoUnit.MICROS));
            try (OutputFiles outputs = result.outputs()) {
                return result.exitCode() == 0
                        ? take(compile, result, outputs, build, () -> ran(compile, result))
                        : takeFailure(compile, result, build);
            }
        } catch (DistException | IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Supplier<OutputFiles> outputsFor(Prepared compile) {
        return () -> new OutputFiles(compile.request().umask());
    }

    private void ran(Prepared compile, RemoteResult result) {
        stats.distCompile(result.worker().toString());
        compile.request().trace().remote(result.worker().toString());
    }

    /**
     * A compiler as a worker knows it.
     *
     * @param executable its path there
     * @param isOwn whether the archive is the user's: the compiler may lie elsewhere in it, with
     *     less around it
     */
    private record Remote(ToolchainArchive archive, String executable, boolean isOwn) {}

    private Remote remote(Compiler compiler) throws DistException {
        String executable = compiler.executable().toString();
        try {
            return switch (configured(compiler)) {
                case Toolchain.PathOverride(var _, var archive, var there) ->
                        new Remote(toolchains.ofFile(archive), there, true);
                case Toolchain.NoDist _ -> throw new DistException("no_dist is set");
                case null ->
                        new Remote(toolchains.of(ToolchainContent.of(compiler)), executable, false);
            };
        } catch (IOException e) {
            throw new DistException("toolchain not packed: " + e.getMessage(), e);
        }
    }

    private static RemoteJob job(
            CompileRequest request,
            Remote remote,
            JobEnvironment environment,
            Collected.Complete inputs,
            SearchPath search,
            List<String> arguments)
            throws DistException {
        try {
            var tree = new InputTree();
            tree.addDirectory(request.cwd());
            for (FileMemory.Known file : inputs.known()) {
                tree.add(file);
            }
            for (String directory : directories(search)) {
                tree.addDirectory(request.cwd().resolve(directory));
            }
            for (String path : inputs.inputs().present()) {
                tree.addExisting(Path.of(path));
            }
            if (remote.isOwn()) {
                for (Path marker : request.compiler().data()) {
                    tree.addExisting(marker);
                }
                tree.addDirectory(request.compiler().executable().resolveSibling(""));
            }
            var outputs = new ArrayList<String>();
            for (Path output : request.outputs()) {
                outputs.add(tree.place(output).toString());
            }
            var job =
                    new Job(
                            remote.archive().id(),
                            remote.executable(),
                            arguments,
                            request.cwd().toString(),
                            environment.variables(),
                            tree.entries(),
                            outputs,
                            TIMEOUT.toMillis());
            return new RemoteJob(job, request.unit(), tree.sources(), request.targets());
        } catch (IOException e) {
            throw new DistException("inputs not gathered: " + e.getMessage(), e);
        }
    }

    /**
     * What the compiler is run with. One that lies elsewhere in the user's archive looks for
     * headers beside itself, its own and those of the C++ library, and spells their places in debug
     * information: it is told where they lie here, for from here they come.
     */
    private List<String> arguments(
            CompileRequest request, Remote remote, SearchPath search, BuildSide build)
            throws DistException, InterruptedException {
        if (!remote.isOwn()) {
            return request.arguments();
        }
        return switch (request.compiler().family()) {
            case CLANG -> {
                var arguments =
                        new ArrayList<>(request.arguments(resourceDirectory(request, search)));
                arguments.set(0, request.compiler().executable().toString());
                yield arguments;
            }
            case GCC -> {
                String here = request.compiler().executable().toString();
                if (remote.executable().equals(here)) {
                    yield request.arguments();
                }
                var arguments =
                        new ArrayList<>(
                                request.arguments(standardDirectories(request, search, build)));
                // It finds its other programs by that.
                arguments.set(0, remote.executable());
                yield arguments;
            }
        };
    }

    private List<String> standardDirectories(
            CompileRequest request, SearchPath search, BuildSide build)
            throws DistException, InterruptedException {
        if (search.angled().isEmpty()) {
            return List.of();
        }
        try {
            List<String> directories =
                    finder.standardDirectories(request, search, build)
                            .orElseThrow(() -> new IOException("search path not understood"));
            var options = new ArrayList<>(List.of("-nostdinc"));
            directories.forEach(directory -> options.addAll(List.of("-idirafter", directory)));
            return options;
        } catch (IOException e) {
            throw new DistException("inputs not gathered: " + e.getMessage(), e);
        }
    }

    private static List<String> resourceDirectory(CompileRequest request, SearchPath search) {
        boolean isTold =
                request.invocation().arguments().stream()
                        .anyMatch(argument -> argument.startsWith("-resource-dir"));
        return isTold
                ? List.of()
                : search.angled().stream()
                        .map(RESOURCES::matcher)
                        .filter(Matcher::matches)
                        .findFirst()
                        .map(found -> List.of("-resource-dir=" + found.group(1)))
                        .orElse(List.of());
    }

    private static List<String> directories(SearchPath search) {
        var directories = new ArrayList<String>(search.quoted());
        directories.addAll(search.angled());
        return directories;
    }

    /**
     * Gives the build what a worker sent.
     *
     * @param delivered told when the outputs are in place, before the build goes on
     * @return why it was not done; empty when it was
     */
    private Optional<String> take(
            Prepared compile,
            RemoteResult result,
            OutputFiles outputs,
            BuildSide build,
            Runnable delivered)
            throws IOException {
        CompileRequest request = compile.request();
        Optional<String> foreign = foreign(compile, result);
        if (foreign.isPresent()) {
            return foreign;
        }
        if (outputs.size() != request.outputs().size()) {
            return Optional.of("worker " + result.worker() + " sent no " + request.outputs());
        }
        long startNanos = FileStamp.nanos(clock.instant());
        Optional<String> trouble = outputs.tryCommit();
        if (trouble.isPresent()) {
            return trouble;
        }
        delivered.run();
        var kept = keeper.read(request.outputs(), result.stdout(), result.stderr(), startNanos);
        try (var _ = keeper.begin(compile.key())) {
            build.finish(result.stdout(), result.stderr(), 0);
            keeper.keep(request, compile.key(), compile.inputs(), kept);
        }
        return Optional.empty();
    }

    /** Why diagnostics are not what they would be here; empty when they are. */
    private static Optional<String> foreign(Prepared compile, RemoteResult result) {
        if (!result.stderr().isEmpty() && !compile.environment().speaksTheSame()) {
            return Optional.of("diagnostics in another language");
        }
        return compile.request().quotesUnknownFiles(result.stderr())
                ? Optional.of("diagnostics of preprocessed source")
                : Optional.empty();
    }

    /** The user's error is shown as it is; one that may be ours is looked at again here. */
    private Optional<String> takeFailure(Prepared compile, RemoteResult result, BuildSide build)
            throws IOException {
        CompileRequest request = compile.request();
        Optional<String> foreign = foreign(compile, result);
        if (foreign.isPresent()) {
            return foreign;
        }
        String stderr = result.stderr().toUtf8();
        if (result.exitCode() >= EXIT_CODE_ODD || SUSPICIONS.stream().anyMatch(stderr::contains)) {
            LOG.log(
                    INFO,
                    "compile error not believed: worker={0} exit={1} source={2} stderr={3}",
                    result.worker(),
                    result.exitCode(),
                    request.invocation().source(),
                    stderr.strip());
            return Optional.of("a compile error on the worker that could be the sandbox's");
        }
        stats.count(Stats.Counter.COMPILE_FAILS);
        request.trace().remote(result.worker().toString());
        build.finish(result.stdout(), result.stderr(), result.exitCode());
        return Optional.empty();
    }
}
