package io.cachepot.client.coordinator;

import io.cachepot.client.compiler.rustc.CrateScan;
import io.cachepot.client.compiler.rustc.DependencyList;
import io.cachepot.client.compiler.rustc.RustcInvocation.SearchPath;
import io.cachepot.client.compiler.rustc.RustcInvocation.Trait;
import io.cachepot.client.coordinator.CompileCache.Result;
import io.cachepot.client.coordinator.RustInputs.Gathered;
import io.cachepot.client.include.DependencyFile;
import io.cachepot.client.include.FileMemory;
import io.cachepot.client.include.Inputs;
import io.cachepot.client.include.Inputs.Absence;
import io.cachepot.client.include.Inputs.InputFile;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Finds out what a compile of Rust read, when it has run. */
final class RustReads {
    /** A static library that only the source names. */
    private static final Pattern STATIC = Pattern.compile("kind\\s*=\\s*\"static");

    private static final int STATIC_LIBRARIES_MAX = 200;

    /** What rustc has made for the linker and removed again. */
    private static final Pattern TEMPORARY =
            Pattern.compile(".*(?:\\.rcgu\\.[a-z]+|/rustc[A-Za-z0-9]{6}/.*)");

    private static final List<String> CLIPPY_FILES = List.of("clippy.toml", ".clippy.toml");

    private final FileMemory files;

    RustReads(FileMemory files) {
        this.files = files;
    }

    /** What came of it. */
    sealed interface Found {
        record Complete(Inputs inputs) implements Found {}

        record Refused(String reason) implements Found {}
    }

    /** How to tell what a file was when a compile read it. */
    sealed interface Seen {
        /**
         * It ran here.
         *
         * @param startNanos when it began: what changed later is not what it saw
         */
        record Since(long startNanos) implements Seen {}

        /** It ran elsewhere, and saw what was sent there, by path. */
        record Sent(Map<Path, Digest> files) implements Seen {
            public Sent {
                files = Map.copyOf(files);
            }
        }
    }

    /**
     * Collects.
     *
     * @param gathered what was known before; none of it may have changed
     * @param source content of the crate's root, which went into the key
     * @param list rustc's own
     * @param linked the linker's list, where one ran
     */
    Found collect(
            RustRequest request,
            Gathered.Complete gathered,
            Digest source,
            DependencyList list,
            Optional<String> linked,
            Result result,
            Seen seen)
            throws IOException {
        try {
            var collecting = new Collecting(request, gathered, seen);
            collecting.checkGathered();
            collecting.checkCrates(result);
            collecting.addSources(list, source);
            if (linked.isPresent()) {
                collecting.addLinked(DependencyFile.prerequisites(linked.get()));
            }
            if (request.crate().has(Trait.CLIPPY)) {
                collecting.addClippy();
            }
            return new Found.Complete(collecting.inputs(list));
        } catch (NotCacheableException e) {
            return new Found.Refused(String.valueOf(e.getMessage()));
        }
    }

    /** One compile's. */
    private final class Collecting {
        private final RustRequest request;
        private final Gathered.Complete gathered;
        private final Seen seen;
        private final Map<String, InputFile> read = new LinkedHashMap<>();
        private final Map<String, TreeSet<String>> absent = new TreeMap<>();

        Collecting(RustRequest request, Gathered.Complete gathered, Seen seen) {
            this.request = request;
            this.gathered = gathered;
            this.seen = seen;
        }

        /** What was digested before the compile has to be what the compile saw. */
        void checkGathered() throws IOException, NotCacheableException {
            for (FileMemory.Known file : gathered.all()) {
                Optional<FileMemory.Known> now = files.look(file.path());
                if (now.isEmpty() || !now.get().digest().equals(file.digest())) {
                    throw new NotCacheableException("input changed while it was compiled");
                }
            }
        }

        /** A crate that rustc found by itself is in its metadata, and must be in the key. */
        void checkCrates(Result result) throws NotCacheableException {
            List<Path> outputs = request.outputs();
            for (var output : result.outputs()) {
                String name = outputs.get(output.index()).toString();
                if (!name.endsWith(".rmeta")) {
                    continue;
                }
                long own = CrateScan.numberOf(String.valueOf(Path.of(name).getFileName()));
                for (long number : CrateScan.mentionedIn(output.content().toByteArray())) {
                    if (number != own && gathered.crates().unrelated().contains(number)) {
                        throw new NotCacheableException(
                                "a crate that the command line does not name");
                    }
                }
            }
        }

        void addSources(DependencyList list, Digest source)
                throws IOException, NotCacheableException {
            var contents = new ArrayList<FileMemory.Known>();
            for (String name : list.files()) {
                Path path = request.cwd().resolve(name);
                contents.add(add(path));
                noteOtherForm(path);
            }
            Optional<FileMemory.Known> root = files.look(request.source());
            if (root.isEmpty() || !root.get().digest().equals(source)) {
                throw new NotCacheableException("input changed while it was compiled");
            }
            addStaticLibraries(contents);
        }

        private FileMemory.Known add(Path path) throws IOException, NotCacheableException {
            FileMemory.Known file =
                    files.look(path).orElseThrow(() -> new NotCacheableException("input vanished"));
            Digest digest =
                    switch (seen) {
                        case Seen.Since(long startNanos) -> {
                            if (!file.stamp().isSettledAt(startNanos)) {
                                throw new NotCacheableException(
                                        "input changed while it was compiled");
                            }
                            yield file.digest();
                        }
                        case Seen.Sent(var sent) ->
                                Optional.ofNullable(sent.get(path.normalize()))
                                        .orElseThrow(() ->
                                                new NotCacheableException(
                                                        "input of the worker's own"));
                    };
            read.put(path.toString(), new InputFile(path.toString(), digest, 0));
            return file;
        }

        /** {@code mod a;} is {@code a.rs} or {@code a/mod.rs}, and an error if both are there. */
        private void noteOtherForm(Path path) {
            String name = String.valueOf(path.getFileName());
            Path directory = path.getParent();
            if (!name.endsWith(".rs") || directory == null) {
                return;
            }
            if (name.equals("mod.rs")) {
                Path parent = directory.getParent();
                if (parent != null) {
                    noteAbsent(parent, directory.getFileName() + ".rs");
                }
            } else {
                noteAbsent(directory.resolve(name.substring(0, name.length() - 3)), "mod.rs");
            }
        }

        private void noteAbsent(Path directory, String name) {
            if (!Files.exists(directory.resolve(name))) {
                absent.computeIfAbsent(directory.toString(), _ -> new TreeSet<>()).add(name);
            }
        }

        private void addStaticLibraries(List<FileMemory.Known> sources)
                throws IOException, NotCacheableException {
            List<Path> directories =
                    request.crate().searched().stream()
                            .filter(SearchPath::hasNativeLibraries)
                            .map(each -> request.cwd().resolve(each.directory()))
                            .filter(Files::isDirectory)
                            .toList();
            if (directories.isEmpty() || !isStaticNamed(sources)) {
                return;
            }
            int count = 0;
            for (Path directory : directories) {
                try (var libraries = Files.newDirectoryStream(directory, "*.a")) {
                    for (Path library : libraries) {
                        if (++count > STATIC_LIBRARIES_MAX) {
                            throw new NotCacheableException("static library named in the source");
                        }
                        add(library);
                    }
                } catch (DirectoryIteratorException e) {
                    throw e.getCause();
                }
            }
        }

        private boolean isStaticNamed(List<FileMemory.Known> sources) throws IOException {
            for (FileMemory.Known source : sources) {
                if (source.path().toString().endsWith(".rs")
                        && STATIC.matcher(
                                        new String(
                                                Files.readAllBytes(source.path()),
                                                StandardCharsets.UTF_8))
                                .find()) {
                    return true;
                }
            }
            return false;
        }

        /** Crates are in the key, what rustc brought along too; the rest is of the system. */
        void addLinked(List<String> names) throws IOException, NotCacheableException {
            var known = new TreeSet<String>();
            gathered.all().forEach(file -> known.add(file.path().normalize().toString()));
            for (String name : names) {
                Path path = request.cwd().resolve(name).normalize();
                if (known.contains(path.toString())
                        || request.compiler().programs().has(path)
                        || (TEMPORARY.matcher(name).matches() && !Files.exists(path))) {
                    continue;
                }
                if (path.toString().endsWith(".rlib")) {
                    throw new NotCacheableException("a crate that the command line does not name");
                }
                add(path);
                noteEarlier(path);
            }
        }

        /** A library of the same name in a directory that is searched before. */
        private void noteEarlier(Path library) {
            String name = String.valueOf(library.getFileName()).replaceFirst("\\.so\\..*", ".so");
            String stem = name.replaceFirst("\\.(?:so|a)$", "");
            if (stem.equals(name)) {
                return;
            }
            for (SearchPath searched : request.crate().searched()) {
                Path directory = request.cwd().resolve(searched.directory()).normalize();
                if (searched.hasNativeLibraries()) {
                    noteAbsent(directory, stem + ".so");
                    noteAbsent(directory, stem + ".a");
                }
            }
        }

        /** Configuration is looked for from the package upwards. */
        void addClippy() {
            String start =
                    request.environment()
                            .getOrDefault(
                                    "CLIPPY_CONF_DIR",
                                    request.environment()
                                            .getOrDefault(
                                                    "CARGO_MANIFEST_DIR",
                                                    request.cwd().toString()));
            for (Path at = request.cwd().resolve(start); at != null; at = at.getParent()) {
                for (String name : CLIPPY_FILES) {
                    noteAbsent(at, name);
                }
            }
        }

        Inputs inputs(DependencyList list) {
            var absences = new ArrayList<Absence>();
            absent.forEach(
                    (directory, names) -> absences.add(new Absence(directory, List.copyOf(names))));
            return new Inputs(
                    List.copyOf(read.values()), absences, List.of(), List.of(), list.variables());
        }
    }
}
