package io.cachepot.client.coordinator;

import io.cachepot.client.compiler.Compiler;
import io.cachepot.client.compiler.Compiler.Family;
import io.cachepot.client.compiler.CompilerInvocation.Trait;
import io.cachepot.client.compiler.ProgramRunner;
import io.cachepot.client.include.FileMemory;
import io.cachepot.client.include.InputCollector;
import io.cachepot.client.include.InputCollector.Collected;
import io.cachepot.client.include.InputCollector.Dependencies;
import io.cachepot.client.include.Reading;
import io.cachepot.client.include.Reading.Precompiled;
import io.cachepot.client.include.SearchPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds all that a compile depends on besides its command line. */
final class InputFinder {
    private static final String SOURCE_DATE = "SOURCE_DATE_EPOCH";

    private final Preprocessor preprocessor;
    private final InputCollector collector;
    private final FileMemory files;

    InputFinder(Preprocessor preprocessor, InputCollector collector, FileMemory files) {
        this.files = files;
        this.preprocessor = preprocessor;
        this.collector = collector;
    }

    /**
     * Where the compiler looks for headers; to be asked before the compile, while its wrapper runs
     * programs.
     */
    Optional<SearchPath> searchPath(CompileRequest request, ProgramRunner runner)
            throws IOException, InterruptedException {
        if (request.invocation().language().isPreprocessed()) {
            return Optional.of(SearchPath.NOWHERE);
        }
        return preprocessor.searchPath(request, runner);
    }

    /**
     * Directories that the compiler looks through of its own accord, in order: those of {@code
     * search} that are gone when it is told to use none of its own.
     */
    Optional<List<String>> standardDirectories(
            CompileRequest request, SearchPath search, ProgramRunner runner)
            throws IOException, InterruptedException {
        return preprocessor
                .searchPath(request, List.of("-nostdinc"), runner)
                .map(without -> {
                    var standard = new ArrayList<>(search.angled());
                    standard.removeAll(without.angled());
                    return standard;
                });
    }

    /** Files that the compile reads, by a run of the preprocessor; empty when it fails. */
    Optional<Dependencies> dependencies(CompileRequest request, ProgramRunner runner)
            throws IOException, InterruptedException {
        if (request.invocation().language().isPreprocessed()) {
            return Optional.of(new Dependencies(List.of(request.invocation().source()), true));
        }
        return preprocessor
                .dependencies(request, runner)
                .map(files -> new Dependencies(files, true));
    }

    /**
     * What the compile may read, found by reading alone: a superset, for it goes by no {@code #if}.
     * That takes a fraction of what a run of the preprocessor does, since most headers were read
     * before.
     *
     * @return empty when something can be known by a run of the preprocessor only
     */
    Optional<Collected.Complete> read(CompileRequest request, SearchPath search, long startNanos)
            throws IOException {
        if (request.invocation().language().isPreprocessed()) {
            return Optional.empty();
        }
        Collected collected =
                collect(
                        request,
                        Optional.of(
                                new Dependencies(List.of(request.invocation().source()), false)),
                        Optional.empty(),
                        Optional.of(search),
                        startNanos);
        return collected instanceof Collected.Complete complete
                ? Optional.of(complete)
                : Optional.empty();
    }

    /**
     * The source, to be looked at when the compiler is done and before the build knows: it may be
     * gone then. A configure script writes one, compiles it in the same tick of the clock and
     * removes it.
     *
     * @return empty when it is no longer what {@code key} was made of
     */
    Optional<FileMemory.Known> sourceOf(CompileRequest request, CompileKey key) throws IOException {
        return files.look(request.source()).filter(source -> source.digest().equals(key.source()));
    }

    /**
     * Turns a dependency list into inputs.
     *
     * @param source as it was before and after the compile, if that is known
     * @param startNanos when the run began that wrote the list
     */
    Collected collect(
            CompileRequest request,
            Optional<Dependencies> dependencies,
            Optional<FileMemory.Known> source,
            Optional<SearchPath> search,
            long startNanos)
            throws IOException {
        if (dependencies.isEmpty()) {
            return new Collected.Untracked("no dependency list");
        }
        if (search.isEmpty()) {
            return new Collected.Untracked("search path not understood");
        }
        var all = new LinkedHashSet<>(dependencies.get().files());
        all.addAll(request.invocation().inputs());
        return collector.collect(
                new Dependencies(List.copyOf(all), dependencies.get().isWhole()),
                reading(request, search.get()),
                source,
                startNanos);
    }

    private static Reading reading(CompileRequest request, SearchPath search) {
        Compiler compiler = request.compiler();
        return new Reading(
                request.cwd(),
                search,
                request.invocation().forcedIncludes(),
                request.invocation().inputs().stream()
                        .map(request.cwd()::resolve)
                        .collect(Collectors.toSet()),
                compiler.family() == Family.GCC ? Precompiled.GCC : Precompiled.CLANG,
                request.invocation().has(Trait.PRECOMPILED_HEADER),
                request.invocation().language().isHeader(),
                request.invocation().language().isAssembler(),
                request.invocation().has(Trait.CLOCK_DEFINED)
                        || (compiler.readsSourceDateEpoch()
                                && !request.environment().getOrDefault(SOURCE_DATE, "").isEmpty()),
                request.invocation().has(Trait.TIMESTAMP_DEFINED));
    }
}
