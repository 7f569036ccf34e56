package io.cachepot.client.coordinator;

import io.cachepot.client.compiler.CompilerDetector;
import io.cachepot.client.compiler.ProgramRunner;
import io.cachepot.client.include.DependencyFile;
import io.cachepot.client.include.SearchPath;
import io.cachepot.client.key.CompileKeys;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Asks a compiler which files a compile reads, and where it looks for them. */
final class Preprocessor {
    /** A set of flags for each target of a build, say. */
    private static final int SEARCH_PATHS_MAX = 2_000;

    /** Options that do not change where headers are looked for, by their beginning. */
    private static final List<String> NOT_SEARCHING = List.of("-D", "-U", "-W", "-O", "-g");

    /** Likewise, those with a value in the next argument. */
    private static final Set<String> WITH_VALUE_NOT_SEARCHING =
            Set.of(
                    "-D",
                    "-U",
                    "-A",
                    "--define-macro",
                    "--undefine-macro",
                    "-include",
                    "--include",
                    "-imacros",
                    "--imacros",
                    "-include-pch",
                    "--include-pch",
                    "-Xclang");

    /** The next argument is the preprocessor's, whatever it looks like. */
    private static final Set<String> PASSED_ON = Set.of("-Xpreprocessor");

    private final Scratch scratch;
    private final Map<SearchKey, Remembered> searchPaths = new ConcurrentHashMap<>();

    Preprocessor(Scratch scratch) {
        this.scratch = scratch;
    }

    /**
     * Every file that {@code request} reads, as the compiler names them, source first.
     *
     * @return empty when the compiler refuses; then it has something to say to the user
     */
    Optional<List<String>> dependencies(CompileRequest request, ProgramRunner runner)
            throws IOException, InterruptedException {
        Path list = scratch.newFile("d");
        try {
            var arguments = new ArrayList<String>();
            arguments.add(request.argv0());
            arguments.addAll(request.invocation().preprocessorArguments());
            arguments.addAll(List.of("-M", "-MF", list.toString()));
            arguments.addAll(List.of("-x", request.invocation().language().spelling()));
            arguments.add(request.invocation().source());
            var output =
                    runner.run(request.compiler().executable().toString(), arguments, List.of());
            return output.isSuccess() ? read(list) : Optional.empty();
        } finally {
            Files.deleteIfExists(list);
        }
    }

    /**
     * Reads a dependency list.
     *
     * @return empty when there is none or it can not be understood
     */
    static Optional<List<String>> read(Path list) throws IOException {
        if (!Files.isRegularFile(list)) {
            return Optional.empty();
        }
        try {
            return Optional.of(DependencyFile.prerequisites(Files.readString(list)));
        } catch (IllegalArgumentException | CharacterCodingException _) {
            return Optional.empty();
        }
    }

    private record SearchKey(
            Digest compiler,
            List<String> flags,
            String language,
            Path cwd,
            List<String> environment) {}

    /** Good as long as its directories are the same ones, and those that were missing still are. */
    private record Remembered(SearchPath path, Map<String, Optional<Object>> directories) {}

    /**
     * Where headers are looked for.
     *
     * @return empty when the compiler does not tell, or in a way we do not understand
     */
    Optional<SearchPath> searchPath(CompileRequest request, ProgramRunner runner)
            throws IOException, InterruptedException {
        return searchPath(request, List.of(), runner);
    }

    /** The same with {@code more} on the command line. */
    Optional<SearchPath> searchPath(CompileRequest request, List<String> more, ProgramRunner runner)
            throws IOException, InterruptedException {
        var flags = new ArrayList<>(more);
        flags.addAll(searching(request.invocation().preprocessorArguments()));
        var key =
                new SearchKey(
                        request.compiler().identity(),
                        flags,
                        request.invocation().language().spelling(),
                        request.cwd(),
                        CompileKeys.relevant(request.environment()));
        Remembered remembered = searchPaths.get(key);
        if (remembered != null
                && remembered.directories().equals(identify(remembered.path(), request.cwd()))) {
            return Optional.of(remembered.path());
        }
        Optional<SearchPath> asked = ask(key, request, runner);
        if (asked.isPresent()) {
            if (searchPaths.size() >= SEARCH_PATHS_MAX) {
                searchPaths.clear();
            }
            searchPaths.put(key, new Remembered(asked.get(), identify(asked.get(), request.cwd())));
        }
        return asked;
    }

    private static List<String> searching(List<String> arguments) {
        var kept = new ArrayList<String>();
        var each = arguments.iterator();
        while (each.hasNext()) {
            String argument = each.next();
            if (WITH_VALUE_NOT_SEARCHING.contains(argument)) {
                each.next();
            } else if (PASSED_ON.contains(argument)) {
                kept.add(argument);
                kept.add(each.next());
            } else if (argument.startsWith("-Wp,")
                    || NOT_SEARCHING.stream().noneMatch(argument::startsWith)) {
                kept.add(argument);
            }
        }
        return kept;
    }

    private static Optional<SearchPath> ask(
            SearchKey key, CompileRequest request, ProgramRunner runner)
            throws IOException, InterruptedException {
        var arguments = new ArrayList<String>();
        arguments.add(request.argv0());
        arguments.addAll(key.flags());
        arguments.addAll(List.of("-x", key.language(), "-v", "-E", "/dev/null", "-o", "/dev/null"));
        var output =
                runner.run(
                        request.compiler().executable().toString(),
                        arguments,
                        CompilerDetector.PLAIN_LANGUAGE);
        return output.isSuccess() ? SearchPath.parse(output.stderrText()) : Optional.empty();
    }

    private static Map<String, Optional<Object>> identify(SearchPath path, Path cwd)
            throws IOException {
        var names = new ArrayList<String>(path.quoted());
        names.addAll(path.angled());
        names.addAll(path.ignored());
        var keys = new HashMap<String, Optional<Object>>();
        for (String name : names) {
            Path directory = cwd.resolve(name);
            keys.put(
                    name,
                    Files.isDirectory(directory)
                            ? Optional.of(Files.getAttribute(directory, "unix:ino"))
                            : Optional.empty());
        }
        return keys;
    }
}
