package io.cachepot.client.coordinator;

import io.cachepot.client.compiler.ProgramReader;
import io.cachepot.client.compiler.ProgramRunner;
import io.cachepot.client.compiler.Programs;
import io.cachepot.client.compiler.rustc.Linker;
import io.cachepot.client.compiler.rustc.RustCompiler;
import io.cachepot.client.compiler.rustc.RustDetector;
import io.cachepot.client.compiler.rustc.RustDetector.Detected;
import io.cachepot.client.elf.LibraryClosure;
import io.cachepot.client.include.FileStamp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The compilers of Rust seen so far, what comes with them for other targets, and linkers. */
final class RustCompilers {
    private static final int ENTRIES_MAX = 200;

    /** Decide which programs a linker's driver runs. */
    private static final List<String> LINKER_VARIABLES =
            List.of("PATH", "COMPILER_PATH", "GCC_EXEC_PREFIX");

    private final RustDetector detector;
    private final LibraryClosure libraries;
    private final ProgramReader reader;
    private final Scratch scratch;

    private final Memo<Selected, Optional<Selection>> selections =
            new Memo<>(ENTRIES_MAX, RustCompilers::isGood);
    private final Memo<List<Path>, Entry> compilers = new Memo<>(ENTRIES_MAX, Entry::isGood);
    private final Memo<Path, Programs> targets = new Memo<>(ENTRIES_MAX, Programs::areUnchanged);
    private final Memo<List<String>, LinkerEntry> linkers =
            new Memo<>(ENTRIES_MAX, LinkerEntry::isGood);

    RustCompilers(LibraryClosure libraries, ProgramReader reader, Scratch scratch) {
        this.reader = reader;
        this.detector = new RustDetector(libraries, reader);
        this.libraries = libraries;
        this.scratch = scratch;
    }

    /** What decides on a proxy's choice. */
    private record Selected(Path executable, String toolchain, String home) {}

    /**
     * A proxy's choice.
     *
     * @param stamps of what it was made by
     */
    private record Selection(Path sysroot, Map<Path, Optional<FileStamp>> stamps) {}

    private static boolean isGood(Optional<Selection> selection) throws IOException {
        if (selection.isEmpty()) {
            return false;
        }
        for (var each : selection.get().stamps().entrySet()) {
            if (!FileStamp.of(each.getKey()).equals(each.getValue())) {
                return false;
            }
        }
        return true;
    }

    private record Entry(Path path, Optional<FileStamp> executable, Detected detected) {
        boolean isGood() throws IOException {
            return switch (detected) {
                case Detected.Known(var compiler) -> compiler.programs().areUnchanged();
                case Detected.Unsupported _ -> FileStamp.of(path).equals(executable);
            };
        }
    }

    private record LinkerEntry(Path path, Optional<FileStamp> driver, Linker.Detected detected) {
        boolean isGood() throws IOException {
            return switch (detected) {
                case Linker.Detected.Known(var linker) -> linker.programs().areUnchanged();
                case Linker.Detected.Unsupported _ -> FileStamp.of(path).equals(driver);
            };
        }
    }

    /**
     * What {@code executable} is.
     *
     * @param selection {@code +toolchain}, if the command line begins with that
     */
    Detected find(
            Path executable,
            Optional<String> selection,
            Map<String, String> environment,
            ProgramRunner runner)
            throws IOException, InterruptedException {
        Optional<Path> sysroot = sysroot(executable, selection, environment, runner);
        if (sysroot.isEmpty()) {
            return new Detected.Unsupported("not a rustc");
        }
        return compilers
                .get(
                        List.of(executable, sysroot.get()),
                        () ->
                                new Entry(
                                        executable,
                                        FileStamp.of(executable),
                                        detector.detect(
                                                executable, selection, sysroot.get(), runner)))
                .detected();
    }

    /**
     * A proxy that is told which toolchain to take is asked once. Else it looks for files from the
     * directory upwards and at settings of its own, so it is asked each time.
     */
    private Optional<Path> sysroot(
            Path executable,
            Optional<String> selection,
            Map<String, String> environment,
            ProgramRunner runner)
            throws IOException, InterruptedException {
        String toolchain = selection.orElse(environment.getOrDefault("RUSTUP_TOOLCHAIN", ""));
        boolean isProxy = RustDetector.isProxy(executable);
        if (isProxy && toolchain.isEmpty()) {
            return RustDetector.sysroot(executable, selection, runner);
        }
        String home =
                environment.getOrDefault(
                        "RUSTUP_HOME", environment.getOrDefault("HOME", "") + "/.rustup");
        return selections
                .get(
                        new Selected(executable, isProxy ? toolchain : "", home),
                        () -> select(executable, selection, Path.of(home), runner))
                .map(Selection::sysroot);
    }

    private static Optional<Selection> select(
            Path executable, Optional<String> selection, Path home, ProgramRunner runner)
            throws IOException, InterruptedException {
        var stamps = new HashMap<Path, Optional<FileStamp>>();
        for (Path path :
                List.of(executable, home.resolve("toolchains"), home.resolve("settings.toml"))) {
            stamps.put(path, FileStamp.of(path));
        }
        return RustDetector.sysroot(executable, selection, runner)
                .map(sysroot -> new Selection(sysroot, Map.copyOf(stamps)));
    }

    /** The crates that come with {@code compiler} for {@code target}. */
    Programs crates(RustCompiler compiler, String target) throws IOException, InterruptedException {
        return targets.get(compiler.libraries(target), () -> detector.crates(compiler, target));
    }

    /**
     * What links.
     *
     * @param driver found on PATH or given, absolute
     * @param arguments that it will get, besides others
     */
    Linker.Detected linker(
            Path driver,
            List<String> arguments,
            Map<String, String> environment,
            ProgramRunner runner)
            throws IOException, InterruptedException {
        var key = new ArrayList<String>(List.of(driver.toString()));
        arguments.stream().filter(each -> each.startsWith("-fuse-ld=")).forEach(key::add);
        for (String name : LINKER_VARIABLES) {
            key.add(name + "=" + environment.getOrDefault(name, ""));
        }
        return linkers.get(
                        List.copyOf(key),
                        () ->
                                new LinkerEntry(
                                        driver,
                                        FileStamp.of(driver),
                                        Linker.detect(
                                                driver,
                                                arguments,
                                                environment,
                                                libraries,
                                                reader,
                                                scratch::newFile,
                                                runner)))
                .detected();
    }
}
