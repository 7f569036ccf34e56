package io.cachepot.client.coordinator;

import io.cachepot.client.compiler.ProgramRunner;
import io.cachepot.client.include.InputCollector;
import io.cachepot.client.include.InputCollector.Collected;
import io.cachepot.client.include.SearchPath;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Finds all that a compile depends on besides its command line. */
final class InputFinder {
    private final Preprocessor preprocessor;
    private final InputCollector collector;

    InputFinder(Preprocessor preprocessor, InputCollector collector) {
        this.preprocessor = preprocessor;
        this.collector = collector;
    }

    /**
     * Where the compiler looks for headers; to be asked before the compile, while its wrapper runs
     * programs.
     */
    Optional<SearchPath> searchPath(CompileRequest request, ProgramRunner runner)
            throws IOException, InterruptedException {
        return preprocessor.searchPath(request, runner);
    }

    /** Files that the compile reads, by a run of the preprocessor; empty when it fails. */
    Optional<List<String>> dependencies(CompileRequest request, ProgramRunner runner)
            throws IOException, InterruptedException {
        return preprocessor.dependencies(request, runner);
    }

    /**
     * Turns a dependency list into inputs.
     *
     * @param startNanos when the run began that wrote the list
     */
    Collected collect(
            CompileRequest request,
            Optional<List<String>> dependencies,
            Optional<SearchPath> search,
            long startNanos)
            throws IOException {
        if (dependencies.isEmpty()) {
            return new Collected.Untracked("no dependency list");
        }
        if (search.isEmpty()) {
            return new Collected.Untracked("search path not understood");
        }
        return collector.collect(
                dependencies.get(),
                request.cwd(),
                search.get(),
                request.invocation().forcedIncludes(),
                startNanos);
    }
}
