package io.cachepot.client.compiler;

import io.cachepot.client.compiler.Compiler.Family;
import io.cachepot.client.elf.ElfFile;
import io.cachepot.client.elf.LibraryClosure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out what a compiler is by asking it: a few short runs, once for each compiler. Everything
 * that decides what it writes (passes, assembler, shared libraries, a specs file) goes into its
 * identity by content, so an upgrade of one library is another compiler.
 */
public final class CompilerDetector {
    /** Expanded by {@code -E}; the markers keep it apart from what a compiler may print besides. */
    private static final String QUESTION =
            """
            cachepot_begin
            #if defined __clang__
            clang __clang_major__ __clang_minor__ __clang_patchlevel__
            #elif defined __INTEL_COMPILER || defined __NVCC__ || defined __PGI
            other 0 0 0
            #elif defined __GNUC__
            gcc __GNUC__ __GNUC_MINOR__ __GNUC_PATCHLEVEL__
            #endif
            cachepot_end
            """;

    private static final Pattern ANSWER =
            Pattern.compile(
                    "cachepot_begin\\s+(gcc|clang)\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)\\s+cachepot_end");
    private static final Pattern SEARCHED =
            Pattern.compile("^programs: =?(.*)$", Pattern.MULTILINE);
    private static final Pattern SELECTED_GCC =
            Pattern.compile("^Selected GCC installation: (.+)$", Pattern.MULTILINE);

    /** Answers are parsed, so they must not be translated. */
    public static final List<String> PLAIN_LANGUAGE = List.of("LC_ALL=C", "LANGUAGE");

    /** What the driver runs, by the names under which {@code -print-prog-name} knows them. */
    private static final List<String> GCC_PASSES =
            List.of("cc1", "cc1plus", "cc1obj", "cc1objplus", "as");

    private static final List<String> CLANG_PASSES = List.of("as");

    private final Path directory;
    private final LibraryClosure libraries;
    private final ProgramReader reader;

    /**
     * @param directory for the source that a compiler is asked about; must exist
     */
    public CompilerDetector(Path directory, LibraryClosure libraries, ProgramReader reader) {
        this.reader = reader;
        this.directory = directory;
        this.libraries = libraries;
    }

    /** What came of it. */
    public sealed interface Detected {
        record Known(Compiler compiler) implements Detected {}

        /** Not a compiler that can be cached, and why. */
        record Unsupported(String reason) implements Detected {}
    }

    /**
     * Asks {@code executable}.
     *
     * @param environment of the build; decides where passes are found
     */
    public Detected detect(Path executable, Map<String, String> environment, ProgramRunner runner)
            throws IOException, InterruptedException {
        String realName = String.valueOf(executable.toRealPath().getFileName());
        if (CompilerNames.isWrapper(realName)) {
            return new Detected.Unsupported(realName + " in front of the compiler");
        }
        if (!ElfFile.isElf(executable)) {
            return new Detected.Unsupported("compiler is a script");
        }
        Matcher answer = ANSWER.matcher(ask(executable, runner));
        if (!answer.find()) {
            return new Detected.Unsupported("neither gcc nor clang");
        }
        Family family = answer.group(1).equals("gcc") ? Family.GCC : Family.CLANG;
        String version =
                answer.group(1)
                        + " "
                        + String.join(".", answer.group(2), answer.group(3), answer.group(4));
        return new Detected.Known(
                describe(executable, family, version, new Run(executable, environment, runner)));
    }

    private String ask(Path executable, ProgramRunner runner)
            throws IOException, InterruptedException {
        Path source = Files.createTempFile(directory, "question-", ".c");
        try {
            Files.writeString(source, QUESTION);
            var arguments =
                    List.of(executable.toString(), "-E", "-P", "-x", "c", source.toString());
            var output = runner.run(executable.toString(), arguments, PLAIN_LANGUAGE);
            return output.isSuccess() ? output.stdoutText() : "";
        } finally {
            Files.deleteIfExists(source);
        }
    }

    private Compiler describe(Path executable, Family family, String version, Run run)
            throws IOException, InterruptedException {
        var programs = new ArrayList<Path>();
        programs.add(executable);
        var missing = new ArrayList<Path>();
        List<Path> searched = run.searched();
        for (String pass : family == Family.GCC ? GCC_PASSES : CLANG_PASSES) {
            run.program(pass).ifPresent(programs::add);
            missing.addAll(before(pass, searched));
        }
        var files = new LinkedHashSet<>(libraries.of(programs));
        run.file("specs").ifPresent(files::add);
        var data = new ArrayList<Path>();
        if (family == Family.CLANG) {
            run.selectedGcc().ifPresent(data::add);
        }
        return new Compiler(
                executable,
                family,
                CompilerNames.isCxxDriver(String.valueOf(executable.getFileName())),
                version,
                reader.read(files, missing),
                data);
    }

    /** Where {@code pass} would be found first, if it were there. */
    private static List<Path> before(String pass, List<Path> searched) {
        var missing = new LinkedHashSet<Path>();
        for (Path directory : searched) {
            Path candidate = directory.resolve(pass).normalize();
            if (Files.exists(candidate)) {
                return List.copyOf(missing);
            }
            missing.add(candidate);
        }
        // Without it the compile fails, and what fails is not kept.
        return List.of();
    }

    /** Questions to one compiler. */
    private record Run(Path executable, Map<String, String> environment, ProgramRunner runner) {
        /** Where the driver finds a pass; a bare name in its answer is one to look for on PATH. */
        Optional<Path> program(String name) throws IOException, InterruptedException {
            String answer = answer("-print-prog-name=" + name);
            if (answer.isEmpty()) {
                return Optional.empty();
            }
            return answer.contains("/")
                    ? Optional.of(Path.of(answer)).filter(Files::isExecutable)
                    : SearchedPath.of(environment).find(answer);
        }

        /** Directories in which the driver looks for passes, then those of PATH; absolute ones. */
        List<Path> searched() throws IOException, InterruptedException {
            var directories = new ArrayList<Path>();
            Matcher matcher = SEARCHED.matcher(answer("-print-search-dirs"));
            if (matcher.find()) {
                for (String name : matcher.group(1).split(":", -1)) {
                    directories.add(Path.of(name));
                }
            }
            directories.addAll(SearchedPath.of(environment).directories());
            return directories.stream().filter(Path::isAbsolute).distinct().toList();
        }

        Optional<Path> file(String name) throws IOException, InterruptedException {
            String answer = answer("-print-file-name=" + name);
            return answer.startsWith("/")
                    ? Optional.of(Path.of(answer)).filter(Files::isRegularFile)
                    : Optional.empty();
        }

        /** clang takes a GCC installation for one when it holds this file. */
        Optional<Path> selectedGcc() throws IOException, InterruptedException {
            var output =
                    runner.run(
                            executable.toString(),
                            List.of(executable.toString(), "-v"),
                            PLAIN_LANGUAGE);
            Matcher matcher = SELECTED_GCC.matcher(output.stderrText());
            return matcher.find()
                    ? Optional.of(Path.of(matcher.group(1)).normalize().resolve("crtbegin.o"))
                            .filter(Files::isRegularFile)
                    : Optional.empty();
        }

        private String answer(String question) throws IOException, InterruptedException {
            var output =
                    runner.run(
                            executable.toString(),
                            List.of(executable.toString(), question),
                            PLAIN_LANGUAGE);
            return output.isSuccess() ? output.stdoutText().strip() : "";
        }
    }
}
