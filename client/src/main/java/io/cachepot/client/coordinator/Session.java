package io.cachepot.client.coordinator;

import io.cachepot.client.builds.Builds;
import io.cachepot.client.cli.ClientCommandLine;
import io.cachepot.client.compiler.Compiler;
import io.cachepot.client.compiler.Compiler.Family;
import io.cachepot.client.compiler.CompilerDetector.Detected;
import io.cachepot.client.compiler.CompilerInvocation;
import io.cachepot.client.compiler.CompilerNames;
import io.cachepot.client.compiler.LibraryPath;
import io.cachepot.client.compiler.SearchedPath;
import io.cachepot.client.compiler.gcc.GccArguments;
import io.cachepot.client.compiler.gcc.ResponseFiles;
import io.cachepot.client.explain.CompileLog;
import io.cachepot.client.explain.CompileTrace;
import io.cachepot.client.key.CompileKeys;
import io.cachepot.client.stats.Stats;
import io.cachepot.client.stats.Stats.Counter;
import io.cachepot.client.wrapper.DescriptorKind;
import io.cachepot.client.wrapper.WrapperRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one wrapper asks for: a command to the coordinator, or a compile. */
final class Session {
    /** Make a compiler read or write files that its command line does not name. */
    private static final List<String> UNTRACKED_VARIABLES =
            List.of(
                    "DEPENDENCIES_OUTPUT",
                    "SUNPRO_DEPENDENCIES",
                    "LD_PRELOAD",
                    "GCC_COMPARE_DEBUG");

    /** clang's, by their beginning: they write reports, or change the command line. */
    private static final List<String> UNTRACKED_PREFIXES = List.of("CC_PRINT_", "CC_LOG_", "CCC_");

    private static final int STDERR = 2;

    private final CompilerRegistry compilers;
    private final CompileService service;
    private final RustSession rust;
    private final Commands commands;
    private final PassThrough passThrough;
    private final Stats stats;
    private final CompileLog log;
    private final Builds builds;
    private final String version;

    Session(
            CompilerRegistry compilers,
            CompileService service,
            RustSession rust,
            Commands commands,
            Stats stats,
            CompileLog log,
            Builds builds,
            String version) {
        this.compilers = compilers;
        this.service = service;
        this.rust = rust;
        this.commands = commands;
        this.passThrough = new PassThrough(stats);
        this.stats = stats;
        this.log = log;
        this.builds = builds;
        this.version = version;
    }

    /** Serves {@code request} to its end. */
    void serve(WrapperRequest request, BuildSide build) throws IOException, InterruptedException {
        if (isCommand(request)) {
            commands.run(
                    ClientCommandLine.parse(
                            request.arguments(),
                            Path.of(request.cwd()),
                            version,
                            request.environment()),
                    request,
                    build);
            return;
        }
        stats.count(Counter.COMPILE_REQUESTS);
        Invoked invoked = Invoked.of(request);
        Path cwd = Path.of(request.cwd());
        try (var running = builds.begin(request.parent(), request.session(), cwd);
                var trace = log.begin(cwd, invoked.arguments(), running::answered)) {
            serve(request, invoked, trace, new RecordedBuild(build, trace));
        }
    }

    private void serve(WrapperRequest request, Invoked invoked, CompileTrace trace, BuildSide build)
            throws IOException, InterruptedException {
        if (CompilerNames.isRust(invoked.baseName())) {
            rust.serve(request, invoked, trace, build);
            return;
        }
        if (!CompilerNames.isCompiler(invoked.baseName())) {
            stats.count(Counter.REQUESTS_UNSUPPORTED_COMPILER);
            trace.passedThrough("'" + invoked.baseName() + "' is not the name of a known compiler");
            build.runItself();
            return;
        }
        switch (GccArguments.classify(
                invoked.arguments(),
                CompilerNames.isCxxDriver(invoked.baseName()),
                new ResponseFiles(Path.of(request.cwd())))) {
            case CompilerInvocation.NotCompilation _ ->
                    passThrough.notCompile("not a compile to an object", trace, build);
            case CompilerInvocation.NotCacheable(var reason) ->
                    passThrough.notCacheable(reason, trace, build);
            case CompilerInvocation.Cacheable cacheable ->
                    compile(request, invoked, cacheable, trace, build);
        }
    }

    private static boolean isCommand(WrapperRequest request) {
        return !request.masquerade()
                && !request.arguments().isEmpty()
                && request.arguments().getFirst().startsWith("-");
    }

    private void compile(
            WrapperRequest request,
            Invoked invoked,
            CompilerInvocation.Cacheable cacheable,
            CompileTrace trace,
            BuildSide build)
            throws IOException, InterruptedException {
        Path cwd = Path.of(request.cwd());
        trace.understood(
                cwd.resolve(cacheable.source()),
                cacheable.outputs().stream().findFirst().map(cwd::resolve));
        Optional<String> untracked = untrackedVariable(request.environment());
        if (untracked.isPresent()) {
            passThrough.notCacheable(untracked.get() + " is set", trace, build);
            return;
        }
        for (String variable : request.undecodableVariables()) {
            if (variable.equals("PATH") || CompileKeys.isRelevant(variable)) {
                passThrough.notCacheable(variable + " is not UTF-8", trace, build);
                return;
            }
        }
        Optional<SearchedPath.Found> found =
                SearchedPath.of(request.environment())
                        .resolve(invoked.argv0(), cwd, Path.of(request.self()));
        if (found.isEmpty()) {
            passThrough.notFound(trace, build);
            return;
        }
        switch (compilers.find(found.get().file(), request.environment(), build)) {
            case Detected.Unsupported(var reason) -> passThrough.unsupported(reason, trace, build);
            case Detected.Known(var compiler) -> {
                Optional<String> replaced =
                        LibraryPath.refusal(request.environment(), cwd, compiler.programs());
                if (replaced.isPresent()) {
                    passThrough.notCacheable(replaced.get(), trace, build);
                    return;
                }
                service.compile(
                        new CompileRequest(
                                compiler,
                                argv0(invoked, found.get()),
                                cacheable,
                                cwd,
                                request.environment(),
                                request.umask(),
                                isColored(request, compiler, cacheable),
                                trace),
                        build);
            }
        }
    }

    /**
     * A driver looks for its parts beside what PATH has for a bare argv[0]. Where that is cachepot
     * under the compiler's name, it gets its own path.
     */
    private static String argv0(Invoked invoked, SearchedPath.Found found) {
        return found.isBehindSelf() ? found.file().toString() : invoked.argv0();
    }

    /** A variable with which no compile is cached. */
    static Optional<String> untrackedVariable(Map<String, String> environment) {
        return environment.keySet().stream()
                .filter(name ->
                        UNTRACKED_VARIABLES.contains(name)
                                || UNTRACKED_PREFIXES.stream().anyMatch(name::startsWith))
                .filter(name -> !environment.getOrDefault(name, "").isEmpty())
                .sorted()
                .findFirst();
    }

    /**
     * Compilers colour what goes to a terminal unless told otherwise; behind our pipe they see
     * none.
     */
    private static boolean isColored(
            WrapperRequest request, Compiler compiler, CompilerInvocation.Cacheable cacheable) {
        return request.descriptors().get(STDERR) == DescriptorKind.TERMINAL
                && !cacheable.isColorExplicit()
                && !request.environment().getOrDefault("TERM", "dumb").equals("dumb")
                && (compiler.family() != Family.GCC
                        || !"".equals(request.environment().get("GCC_COLORS")));
    }
}
