package io.cachepot.client.compiler.rustc;

import io.cachepot.client.compiler.CompilerNames;
import io.cachepot.client.compiler.ProgramReader;
import io.cachepot.client.compiler.ProgramRunner;
import io.cachepot.client.compiler.Programs;
import io.cachepot.client.elf.ElfFile;
import io.cachepot.client.elf.LibraryClosure;
import io.cachepot.protocol.ByteSearch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds out which rustc a name leads to and what it is made of: two short runs. */
public final class RustDetector {
    private static final Pattern HOST = Pattern.compile("^host: (\\S+)$", Pattern.MULTILINE);
    private static final Pattern RELEASE =
            Pattern.compile("^(?:rustc|clippy) [0-9].*$", Pattern.MULTILINE);
    private static final String RUSTC = "rustc";
    private static final Path SOURCES = Path.of("lib/rustlib/src/rust/library");
    private static final byte[] MACRO = "macro_export".getBytes(StandardCharsets.US_ASCII);

    private final LibraryClosure libraries;
    private final ProgramReader reader;

    public RustDetector(LibraryClosure libraries, ProgramReader reader) {
        this.libraries = libraries;
        this.reader = reader;
    }

    /** What came of it. */
    public sealed interface Detected {
        record Known(RustCompiler compiler) implements Detected {}

        /** Not a compiler that can be cached, and why. */
        record Unsupported(String reason) implements Detected {}
    }

    /** Whether {@code executable} only picks the compiler that runs: rustup under another name. */
    public static boolean isProxy(Path executable) throws IOException {
        return String.valueOf(executable.toRealPath().getFileName()).startsWith("rustup");
    }

    /**
     * The directory of the compiler that {@code executable} runs here.
     *
     * @param selection {@code +toolchain}, if the command line begins with that
     * @return empty when it does not say
     */
    public static Optional<Path> sysroot(
            Path executable, Optional<String> selection, ProgramRunner runner)
            throws IOException, InterruptedException {
        return ask(executable, selection, List.of("--print", "sysroot"), runner)
                .map(answer -> Path.of(answer.strip()))
                .filter(path -> path.isAbsolute() && Files.isDirectory(path));
    }

    private static Optional<String> ask(
            Path executable,
            Optional<String> selection,
            List<String> question,
            ProgramRunner runner)
            throws IOException, InterruptedException {
        var arguments = new ArrayList<String>(List.of(executable.toString()));
        arguments.addAll(selection.stream().toList());
        if (CompilerNames.isClippy(String.valueOf(executable.getFileName()))) {
            arguments.add("--rustc");
        }
        arguments.addAll(question);
        var answer = runner.run(executable.toString(), arguments, List.of());
        return answer.isSuccess() ? Optional.of(answer.stdoutText()) : Optional.empty();
    }

    /**
     * Asks.
     *
     * @param sysroot that {@link #sysroot} found for the same
     */
    public Detected detect(
            Path executable, Optional<String> selection, Path sysroot, ProgramRunner runner)
            throws IOException, InterruptedException {
        boolean isProxy = isProxy(executable);
        if (!isProxy && !ElfFile.isElf(executable)) {
            return new Detected.Unsupported("compiler is a script");
        }
        Path real = isProxy ? sysroot.resolve("bin").resolve(executable.getFileName()) : executable;
        Optional<String> said = ask(executable, selection, List.of("-vV"), runner);
        Matcher host = HOST.matcher(said.orElse(""));
        Matcher release = RELEASE.matcher(said.orElse(""));
        if (!host.find() || !release.find() || !Files.isRegularFile(real)) {
            return new Detected.Unsupported("not a rustc");
        }
        return new Detected.Known(
                new RustCompiler(
                        executable,
                        real,
                        sysroot,
                        host.group(1),
                        release.group(),
                        programs(real, sysroot, host.group(1))));
    }

    private Programs programs(Path real, Path sysroot, String host) throws IOException {
        var programs = new LinkedHashSet<Path>(Set.of(real));
        Path rustc = sysroot.resolve("bin").resolve(RUSTC);
        if (Files.isRegularFile(rustc)) {
            programs.add(rustc);
        }
        var files = new TreeSet<>(libraries.of(List.copyOf(programs)));
        var directories = new TreeSet<Path>();
        addTree(sysroot.resolve("lib/rustlib").resolve(host), files, directories);
        var missing = new ArrayList<Path>();
        addSources(sysroot.resolve(SOURCES), files, missing);
        return reader.read(files, directories, missing);
    }

    /**
     * The standard library's sources, if they are installed: rustc reads those with macros again,
     * and makes another crate where they are not there.
     */
    private static void addSources(Path sources, Set<Path> files, List<Path> missing)
            throws IOException {
        if (!Files.isDirectory(sources)) {
            missing.add(sources);
            return;
        }
        try (Stream<Path> all = Files.walk(sources)) {
            for (Path file : all.filter(each -> each.toString().endsWith(".rs")).toList()) {
                if (ByteSearch.contains(Files.readAllBytes(file), MACRO)) {
                    files.add(file);
                }
            }
        }
    }

    /** The crates of another target than the host, which come with it too. */
    public Programs crates(RustCompiler compiler, String target) throws IOException {
        var files = new TreeSet<Path>();
        var directories = new TreeSet<Path>();
        addTree(compiler.libraries(target), files, directories);
        return reader.read(files, directories, List.of());
    }

    private static void addTree(Path tree, Set<Path> files, Set<Path> directories)
            throws IOException {
        if (!Files.isDirectory(tree)) {
            return; // rustc will say that it has nothing for this target
        }
        Files.walkFileTree(
                tree,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) {
                        directories.add(directory);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (Files.isRegularFile(file)) {
                            files.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
