package io.cachepot.client.coordinator;

import io.cachepot.client.compiler.CompilerNames;
import io.cachepot.client.compiler.SearchedPath;
import io.cachepot.client.compiler.rustc.RustDetector.Detected;
import io.cachepot.client.compiler.rustc.RustcArguments;
import io.cachepot.client.compiler.rustc.RustcInvocation;
import io.cachepot.client.compiler.rustc.RustcInvocation.Crate;
import io.cachepot.client.compiler.rustc.RustcInvocation.Trait;
import io.cachepot.client.explain.CompileTrace;
import io.cachepot.client.stats.Stats;
import io.cachepot.client.wrapper.DescriptorKind;
import io.cachepot.client.wrapper.WrapperRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one wrapper asks of rustc, or of clippy in its place. */
final class RustSession {
    /** Make programs load what no key names, or drivers write what no command line names. */
    private static final List<String> UNTRACKED_VARIABLES =
            List.of("LD_PRELOAD", "LD_AUDIT", "DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES");

    private static final int STDERR = 2;

    private final RustCompilers compilers;
    private final RustService service;
    private final PassThrough passThrough;
    private final boolean isIncrementalLeftOut;

    /**
     * @param isIncrementalLeftOut whether {@code -C incremental} is passed over, so that the crate
     *     can be cached
     */
    RustSession(
            RustCompilers compilers,
            RustService service,
            Stats stats,
            boolean isIncrementalLeftOut) {
        this.compilers = compilers;
        this.service = service;
        this.passThrough = new PassThrough(stats);
        this.isIncrementalLeftOut = isIncrementalLeftOut;
    }

    /**
     * A command line in parts.
     *
     * @param selection {@code +toolchain}
     * @param leading that and the path of rustc, where they are
     * @param rest what rustc understands
     */
    private record Parts(Optional<String> selection, List<String> leading, List<String> rest) {
        static Parts of(Invoked invoked) {
            List<String> arguments = invoked.arguments();
            var leading = new ArrayList<String>();
            Optional<String> selection = Optional.empty();
            if (!arguments.isEmpty() && arguments.getFirst().startsWith("+")) {
                selection = Optional.of(arguments.getFirst());
                leading.add(arguments.getFirst());
            }
            if (CompilerNames.isClippy(invoked.baseName())
                    && arguments.size() > leading.size()
                    && !arguments.get(leading.size()).startsWith("-")) {
                leading.add(arguments.get(leading.size()));
            }
            return new Parts(
                    selection, leading, arguments.subList(leading.size(), arguments.size()));
        }
    }

    /** Serves {@code request} to its end. */
    void serve(WrapperRequest request, Invoked invoked, CompileTrace trace, BuildSide build)
            throws IOException, InterruptedException {
        Parts parts = Parts.of(invoked);
        Path cwd = Path.of(request.cwd());
        switch (RustcArguments.classify(parts.rest(), cwd, isIncrementalLeftOut)) {
            case RustcInvocation.NotCompilation _ ->
                    passThrough.notCompile("not a compile of a crate", trace, build);
            case RustcInvocation.NotCacheable(var reason) ->
                    passThrough.notCacheable(reason, trace, build);
            case Crate crate -> compile(request, invoked, parts, crate, trace, build);
        }
    }

    private void compile(
            WrapperRequest request,
            Invoked invoked,
            Parts parts,
            Crate crate,
            CompileTrace trace,
            BuildSide build)
            throws IOException, InterruptedException {
        Path cwd = Path.of(request.cwd());
        trace.understood(
                cwd.resolve(crate.source()),
                crate.outputs().stream().findFirst().map(cwd::resolve));
        Optional<String> untracked = untracked(request);
        if (untracked.isPresent()) {
            passThrough.notCacheable(untracked.get(), trace, build);
            return;
        }
        Optional<SearchedPath.Found> found =
                SearchedPath.of(request.environment())
                        .resolve(invoked.argv0(), cwd, Path.of(request.self()));
        if (found.isEmpty()) {
            passThrough.notFound(trace, build);
            return;
        }
        Path executable = found.get().file();
        switch (compilers.find(executable, parts.selection(), request.environment(), build)) {
            case Detected.Unsupported(var reason) -> passThrough.unsupported(reason, trace, build);
            case Detected.Known(var compiler) ->
                    service.compile(
                            new RustRequest(
                                    compiler,
                                    invoked.argv0(),
                                    parts.leading(),
                                    crate.has(Trait.INCREMENTAL)
                                            ? RustcArguments.withoutIncremental(parts.rest())
                                            : parts.rest(),
                                    CompilerNames.isClippy(invoked.baseName())
                                            ? crate.with(Trait.CLIPPY)
                                            : crate,
                                    cwd,
                                    request.environment(),
                                    request.umask(),
                                    isColored(request, crate),
                                    trace),
                            build);
        }
    }

    private static Optional<String> untracked(WrapperRequest request) {
        Map<String, String> environment = request.environment();
        for (String name : UNTRACKED_VARIABLES) {
            if (!environment.getOrDefault(name, "").isEmpty()) {
                return Optional.of(name + " is set");
            }
        }
        // Macros may read any of them.
        return request.undecodableVariables().stream()
                .sorted()
                .findFirst()
                .map(name -> name + " is not UTF-8");
    }

    /** rustc colours what goes to a terminal; behind our pipe it sees none. */
    private static boolean isColored(WrapperRequest request, Crate crate) {
        return request.descriptors().get(STDERR) == DescriptorKind.TERMINAL
                && !crate.has(Trait.COLOR_EXPLICIT)
                && !request.environment().getOrDefault("TERM", "dumb").equals("dumb")
                && request.environment().getOrDefault("NO_COLOR", "").isEmpty();
    }
}
