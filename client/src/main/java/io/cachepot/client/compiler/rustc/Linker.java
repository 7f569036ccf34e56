package io.cachepot.client.compiler.rustc;

import io.cachepot.client.compiler.CompilerDetector;
import io.cachepot.client.compiler.CompilerNames;
import io.cachepot.client.compiler.ProgramReader;
import io.cachepot.client.compiler.ProgramRunner;
import io.cachepot.client.compiler.Programs;
import io.cachepot.client.compiler.SearchedPath;
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

/**
 * What rustc links with: a driver (gcc's or clang's), and the linkers that it may run. Linkers say
 * what they read ({@code --dependency-file}: GNU ld since 2.35, lld since 11, mold), so a link can
 * be cached like a compile.
 *
 * @param programs all of them
 */
public record Linker(Programs programs) {
    private static final String SELECTION = "-fuse-ld=";

    /** What came of looking at it. */
    public sealed interface Detected {
        record Known(Linker linker) implements Detected {}

        record Unsupported(String reason) implements Detected {}
    }

    /**
     * Looks at {@code driver}.
     *
     * @param arguments that it will get, besides others
     * @param environment of the build
     * @param scratch two files that may be written, one after the other
     */
    public static Detected detect(
            Path driver,
            List<String> arguments,
            Map<String, String> environment,
            LibraryClosure libraries,
            ProgramReader reader,
            Scratch scratch,
            ProgramRunner runner)
            throws IOException, InterruptedException {
        String name = String.valueOf(driver.toRealPath().getFileName());
        if (CompilerNames.isWrapper(name) || !CompilerNames.isCompiler(name)) {
            return new Detected.Unsupported("linker " + name);
        }
        if (!ElfFile.isElf(driver)) {
            return new Detected.Unsupported("linker is a script");
        }
        var selected =
                arguments.stream().filter(argument -> argument.startsWith(SELECTION)).toList();
        var asked = new ArrayList<>(List.of("ld", "collect2"));
        selected.forEach(each -> asked.add("ld." + each.substring(SELECTION.length())));
        var programs = new LinkedHashSet<Path>(List.of(driver));
        for (String program : asked) {
            find(driver, "-print-prog-name=" + program, environment, runner)
                    .ifPresent(programs::add);
        }
        var files = new LinkedHashSet<>(libraries.of(List.copyOf(programs)));
        for (String file : List.of("specs", "liblto_plugin.so")) {
            find(driver, "-print-file-name=" + file, Map.of("PATH", ""), runner)
                    .ifPresent(files::add);
        }
        return tellsWhatItReads(driver, selected, scratch, runner)
                ? new Detected.Known(new Linker(reader.read(files, List.of())))
                : new Detected.Unsupported("linker without --dependency-file");
    }

    /** Names of files that do not exist. */
    @FunctionalInterface
    public interface Scratch {
        Path newFile(String suffix) throws IOException;
    }

    private static Optional<Path> find(
            Path driver, String question, Map<String, String> environment, ProgramRunner runner)
            throws IOException, InterruptedException {
        var answer =
                runner.run(
                        driver.toString(),
                        List.of(driver.toString(), question),
                        CompilerDetector.PLAIN_LANGUAGE);
        String found = answer.stdoutText().strip();
        if (!answer.isSuccess() || found.isEmpty() || found.contains("\n")) {
            return Optional.empty();
        }
        return found.contains("/")
                ? Optional.of(Path.of(found).normalize()).filter(Files::isRegularFile)
                : SearchedPath.of(environment).find(found);
    }

    private static boolean tellsWhatItReads(
            Path driver, List<String> selected, Scratch scratch, ProgramRunner runner)
            throws IOException, InterruptedException {
        Path library = scratch.newFile("so");
        Path list = scratch.newFile("d");
        try {
            var arguments =
                    new ArrayList<>(List.of(driver.toString(), "-shared", "-nostdlib", "-o"));
            arguments.add(library.toString());
            arguments.addAll(selected);
            arguments.add(writingList(list));
            arguments.addAll(List.of("-x", "c", "/dev/null"));
            var linked = runner.run(driver.toString(), arguments, CompilerDetector.PLAIN_LANGUAGE);
            return linked.isSuccess() && Files.exists(list);
        } finally {
            Files.deleteIfExists(library);
            Files.deleteIfExists(list);
        }
    }

    /** Has the linker write to {@code list} what it read. */
    public static String writingList(Path list) {
        return "-Wl,--dependency-file=" + list;
    }
}
