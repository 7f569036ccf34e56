package io.cachepot.client.coordinator;

import io.cachepot.client.compiler.HostCpu;
import io.cachepot.client.compiler.LibraryPath;
import io.cachepot.client.compiler.ProgramRunner;
import io.cachepot.client.compiler.SearchedPath;
import io.cachepot.client.compiler.rustc.Capitals;
import io.cachepot.client.compiler.rustc.CrateScan;
import io.cachepot.client.compiler.rustc.CrateScans;
import io.cachepot.client.compiler.rustc.CrateSearch;
import io.cachepot.client.compiler.rustc.CrateSearch.Crates;
import io.cachepot.client.compiler.rustc.CrateSearch.Named;
import io.cachepot.client.compiler.rustc.Linker;
import io.cachepot.client.compiler.rustc.RustCompiler;
import io.cachepot.client.compiler.rustc.RustcInvocation.Linking;
import io.cachepot.client.compiler.rustc.RustcInvocation.SearchPath;
import io.cachepot.client.compiler.rustc.RustcInvocation.Trait;
import io.cachepot.client.include.FileMemory;
import io.cachepot.client.key.RustKeys;
import io.cachepot.client.packaging.PackageTree;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * All that a compile of Rust depends on and that is known before it runs: everything but its
 * sources and what a linker finds.
 */
final class RustInputs {
    /** What a macro may read of its user's package without saying so. */
    private static final int PACKAGE_FILES_MAX = 5_000;

    private static final long PACKAGE_BYTES_MAX = 256L << 20;

    private static final String PACKAGE = "CARGO_MANIFEST_DIR";
    private static final String GENERATED = "OUT_DIR";
    private static final String CC = "cc";

    private final FileMemory files;
    private final CrateSearch search;
    private final RustCompilers compilers;

    RustInputs(FileMemory files, RustCompilers compilers) {
        this.files = files;
        this.compilers = compilers;
        search = new CrateSearch(files, new CrateScans());
    }

    /** What came of it. */
    sealed interface Gathered {
        /**
         * Good for a key.
         *
         * @param crates that may be loaded
         * @param others files besides those
         * @param parts of the key, in words
         * @param environment variables that count, {@code NAME=value}
         */
        record Complete(
                Crates crates,
                List<FileMemory.Known> others,
                List<String> parts,
                List<String> environment)
                implements Gathered {
            public Complete {
                others = List.copyOf(others);
                parts = List.copyOf(parts);
                environment = List.copyOf(environment);
            }

            /** Every file. */
            List<FileMemory.Known> all() {
                var all = new ArrayList<>(crates.all());
                all.addAll(others);
                return all;
            }
        }

        record Refused(String reason) implements Gathered {}
    }

    /**
     * Gathers.
     *
     * @param runner asks a linker what it is
     * @throws IOException when something is not there, or the build is gone
     */
    Gathered gather(RustRequest request, ProgramRunner runner)
            throws IOException, InterruptedException {
        try {
            return new Gathering(request).run(runner);
        } catch (NotCacheableException e) {
            return new Gathered.Refused(String.valueOf(e.getMessage()));
        }
    }

    /** One compile's. */
    private final class Gathering {
        private final RustRequest request;
        private final List<String> parts = new ArrayList<>();
        private final List<FileMemory.Known> others = new ArrayList<>();

        Gathering(RustRequest request) {
            this.request = request;
        }

        Gathered.Complete run(ProgramRunner runner)
                throws IOException, InterruptedException, NotCacheableException {
            parts.addAll(request.crate().keyArguments());
            addProcessor();
            addTarget();
            addLibraryPath();
            addFiles(request.crate().inputs());
            Crates crates = search.find(request.crate(), request.cwd());
            addCrates(crates);
            addNativeLibraries();
            if (request.crate().linking().isPresent()) {
                addLinking(request.crate().linking().get(), runner);
            }
            List<Capitals> macros = crates.macros().stream().map(CrateScan::capitals).toList();
            for (String variable : List.of(PACKAGE, GENERATED)) {
                if (macros.stream().anyMatch(macro -> macro.have(variable))) {
                    addTree(variable);
                }
            }
            List<String> environment =
                    RustKeys.environment(
                            request.environment(),
                            request.isLinked(),
                            request.crate().has(Trait.CLIPPY),
                            macros);
            return new Gathered.Complete(crates, others, parts, environment);
        }

        private void addProcessor() throws NotCacheableException {
            if (request.crate().has(Trait.NATIVE_CPU)) {
                String processor =
                        HostCpu.identity()
                                .orElseThrow(() ->
                                        new NotCacheableException(
                                                "an option asks for this machine's processor"));
                parts.add("processor " + Digest.of(Bytes.utf8(processor)).hex());
            }
        }

        private void addTarget() throws IOException, InterruptedException {
            Optional<String> target = request.crate().target();
            if (target.isPresent()
                    && !target.get().endsWith(".json")
                    && !target.get().equals(request.compiler().host())) {
                parts.add(
                        "crates of target "
                                + compilers
                                        .crates(request.compiler(), target.get())
                                        .identity()
                                        .hex());
            }
        }

        /** What a compile has from directories of its own is known otherwise. */
        private void addLibraryPath() throws IOException, NotCacheableException {
            RustCompiler compiler = request.compiler();
            Optional<String> refusal =
                    LibraryPath.refusal(request.environment(), request.cwd(), compiler.programs());
            if (refusal.isPresent()) {
                throw new NotCacheableException(refusal.get());
            }
            if (request.crate().linking().isEmpty()) {
                return;
            }
            Set<Path> known = request.searched();
            for (Path directory : LibraryPath.directories(request.environment(), request.cwd())) {
                boolean isKnown =
                        known.contains(directory)
                                || directory.equals(compiler.sysroot().resolve("lib"))
                                || directory.startsWith(compiler.libraries(compiler.host()));
                if (!isKnown) {
                    parts.add("LD_LIBRARY_PATH " + directory);
                }
            }
        }

        private void addFiles(List<String> names) throws IOException {
            for (String name : names) {
                FileMemory.Known file = look(request.cwd().resolve(name));
                others.add(file);
                parts.add("file " + name + " " + file.digest().hex());
            }
        }

        private FileMemory.Known look(Path path) throws IOException {
            return files.look(path)
                    .orElseThrow(() -> new IOException(path + " is not a file that is there"));
        }

        private void addCrates(Crates crates) {
            for (Named named : crates.named()) {
                parts.add(
                        "--extern "
                                + named.extern().options()
                                + ":"
                                + named.extern().name()
                                + "="
                                + named.file().path().getFileName()
                                + " "
                                + named.file().digest().hex());
            }
            request.crate().externs().stream()
                    .filter(extern -> extern.path().isEmpty())
                    .forEach(extern ->
                            parts.add("--extern " + extern.options() + ":" + extern.name()));
            new TreeMap<>(crates.others())
                    .forEach(
                            (name, file) -> parts.add("crate " + name + " " + file.digest().hex()));
        }

        /** Those that become a part of an rlib; what a linker takes shows when it has run. */
        private void addNativeLibraries() throws IOException {
            for (String library : request.crate().libraries()) {
                int equals = library.indexOf('=');
                if (equals < 0 || !library.startsWith("static")) {
                    continue;
                }
                String name = library.substring(equals + 1).replaceFirst(":.*", "");
                boolean isVerbatim = library.substring(0, equals).contains("+verbatim");
                String fileName = isVerbatim ? name : "lib" + name + ".a";
                for (SearchPath searched : request.crate().searched()) {
                    Path path = request.cwd().resolve(searched.directory()).resolve(fileName);
                    Optional<FileMemory.Known> file =
                            searched.hasNativeLibraries() ? files.look(path) : Optional.empty();
                    if (file.isPresent()) {
                        others.add(file.get());
                        parts.add("library " + fileName + " " + file.get().digest().hex());
                        break;
                    }
                }
            }
        }

        private void addLinking(Linking linking, ProgramRunner runner)
                throws IOException, InterruptedException, NotCacheableException {
            String driver = linking.linker().orElse(CC);
            Path file =
                    driver.contains("/")
                            ? request.cwd().resolve(driver)
                            : SearchedPath.of(request.environment())
                                    .findBehindWrappers(driver)
                                    .orElseThrow(
                                            () -> new NotCacheableException("no linker " + driver));
            switch (compilers.linker(file, linking.arguments(), request.environment(), runner)) {
                case Linker.Detected.Unsupported(var reason) ->
                        throw new NotCacheableException(reason);
                case Linker.Detected.Known(var linker) ->
                        parts.add("linker " + linker.programs().identity().hex());
            }
            for (SearchPath searched : request.crate().searched()) {
                if (searched.hasNativeLibraries()) {
                    parts.add("-L " + searched.kind() + "=" + searched.directory());
                }
            }
            for (String argument : linking.arguments()) {
                addFilesIn(argument);
            }
        }

        /** Scripts, lists of symbols, objects: whatever in {@code argument} names a file. */
        private void addFilesIn(String argument) throws IOException {
            for (String piece : argument.split("[,=]|^-T|^-Wl,-T", -1)) {
                if (piece.isEmpty() || piece.startsWith("-") || piece.indexOf('\0') >= 0) {
                    continue;
                }
                Optional<FileMemory.Known> file = files.look(request.cwd().resolve(piece));
                if (file.isPresent()) {
                    others.add(file.get());
                    parts.add("file " + piece + " " + file.get().digest().hex());
                }
            }
        }

        /**
         * What a macro may read in the directory that {@code variable} names: all of it counts, for
         * nothing tells what it did read.
         */
        private void addTree(String variable) throws IOException, NotCacheableException {
            Map<String, String> environment = request.environment();
            String directory = environment.getOrDefault(variable, "");
            if (directory.isEmpty()) {
                return;
            }
            List<FileMemory.Known> tree =
                    PackageTree.list(
                                    Path.of(directory), PACKAGE_FILES_MAX, PACKAGE_BYTES_MAX, files)
                            .orElseThrow(() ->
                                    new NotCacheableException(
                                            "a macro may read "
                                                    + variable
                                                    + ", which is too large"));
            var text = new StringJoiner("\0");
            for (FileMemory.Known file : tree) {
                text.add(Path.of(directory).relativize(file.path()).toString());
                text.add(file.digest().hex());
            }
            others.addAll(tree);
            parts.add("files in " + variable + " " + Digest.of(Bytes.utf8(text.toString())).hex());
        }
    }
}
