package io.cachepot.client.compiler.rustc;

import io.cachepot.client.compiler.rustc.RustcInvocation.Crate;
import io.cachepot.client.compiler.rustc.RustcInvocation.Extern;
import io.cachepot.client.compiler.rustc.RustcInvocation.SearchPath;
import io.cachepot.client.include.FileMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds every crate that a compile may load: those that its command line names, and those that they
 * build on, which rustc looks for on {@code -L} by what their names end in. No run of rustc is
 * needed for that.
 */
public final class CrateSearch {
    private final FileMemory files;
    private final CrateScans scans;

    public CrateSearch(FileMemory files, CrateScans scans) {
        this.files = files;
        this.scans = scans;
    }

    /**
     * Crates.
     *
     * @param named by {@code --extern}, in its order
     * @param others found on the search path, by the name of their file
     * @param macros those of both that rustc runs
     * @param unrelated what the names of other crates there end in, see {@link CrateScan#mentioned}
     */
    public record Crates(
            List<Named> named,
            Map<String, FileMemory.Known> others,
            List<CrateScan> macros,
            Set<Long> unrelated) {
        public Crates {
            named = List.copyOf(named);
            others = Map.copyOf(others);
            macros = List.copyOf(macros);
            unrelated = Set.copyOf(unrelated);
        }

        /** Every file. */
        public List<FileMemory.Known> all() {
            var all = new ArrayList<>(named.stream().map(Named::file).toList());
            all.addAll(others.values());
            return all;
        }
    }

    /** A crate on the command line. */
    public record Named(Extern extern, FileMemory.Known file) {}

    /**
     * Finds them.
     *
     * @param cwd where rustc runs
     * @throws IOException when a file can not be read, or one that is named does not exist
     */
    public Crates find(Crate crate, Path cwd) throws IOException {
        return new Search(crate, cwd).run();
    }

    /** One search. */
    private final class Search {
        private final Crate crate;
        private final Path cwd;

        /** By the number that their names end in. */
        private final Map<Long, List<Path>> numbered = new HashMap<>();

        /** Without such a number: rustc would look into each. */
        private final List<Path> others = new ArrayList<>();

        private final Map<String, FileMemory.Known> found = new TreeMap<>();
        private final List<CrateScan> macros = new ArrayList<>();
        private final ArrayDeque<FileMemory.Known> queue = new ArrayDeque<>();
        private final Set<Long> followed = new HashSet<>();
        private final Set<Path> seen = new HashSet<>();

        Search(Crate crate, Path cwd) {
            this.crate = crate;
            this.cwd = cwd;
        }

        Crates run() throws IOException {
            listDirectories();
            var named = new ArrayList<Named>();
            for (Extern extern : crate.externs()) {
                if (extern.path().isPresent()) {
                    Path path = cwd.resolve(extern.path().get());
                    var file =
                            files.look(path)
                                    .orElseThrow(() ->
                                            new IOException("extern " + path + " is not there"));
                    named.add(new Named(extern, file));
                    seen.add(path.normalize());
                    queue.add(file);
                } else {
                    takeNamed("lib" + extern.name());
                }
            }
            for (Path path : others) {
                Optional<FileMemory.Known> file = files.look(path);
                if (file.isPresent() && scanned(file.get()).isCrate()) {
                    take(path);
                }
            }
            while (!queue.isEmpty()) {
                follow(queue.poll());
            }
            var unrelated = new HashSet<Long>();
            numbered.forEach((number, paths) -> {
                if (paths.stream().noneMatch(path -> seen.contains(path.normalize()))) {
                    unrelated.add(number);
                }
            });
            return new Crates(named, found, macros, unrelated);
        }

        private void listDirectories() {
            var listed = new HashSet<Path>();
            for (SearchPath searched : crate.searched()) {
                Path directory = cwd.resolve(searched.directory()).normalize();
                if (searched.hasCrates() && listed.add(directory)) {
                    list(directory, searched.kind());
                }
            }
        }

        /** A plain list of names: there are thousands, and this is asked for each crate. */
        private void list(Path directory, String kind) {
            String[] names = directory.toFile().list();
            if (names == null) {
                return; // rustc passes over it too
            }
            Arrays.sort(names);
            for (String name : names) {
                if (!isCrate(name)) {
                    continue;
                }
                long number = CrateScan.numberOf(name);
                if (number != 0) {
                    numbered.computeIfAbsent(number, _ -> new ArrayList<>())
                            .add(directory.resolve(name));
                } else if (!name.endsWith(".so") || !kind.equals("all")) {
                    // What a directory of the system has are native libraries.
                    others.add(directory.resolve(name));
                }
            }
        }

        private static boolean isCrate(String name) {
            return name.startsWith("lib")
                    && (name.endsWith(".rmeta") || name.endsWith(".rlib") || name.endsWith(".so"));
        }

        /** {@code --extern name}: of the system, or any file on the search path that fits. */
        private void takeNamed(String prefix) throws IOException {
            for (List<Path> each : numbered.values()) {
                for (Path path : each) {
                    if (String.valueOf(path.getFileName()).startsWith(prefix + "-")) {
                        take(path);
                    }
                }
            }
        }

        private void follow(FileMemory.Known file) throws IOException {
            CrateScan scan = scanned(file);
            if (scan.isProcMacro()) {
                // It is a program of its own: what it builds on is in it.
                macros.add(scan);
                return;
            }
            if (file.path().toString().endsWith(".so")) {
                // A dylib, whose metadata may be packed.
                for (List<Path> each : numbered.values()) {
                    for (Path path : each) {
                        take(path);
                    }
                }
            }
            for (long number : scan.mentioned()) {
                if (followed.add(number)) {
                    takeNumbered(numbered.getOrDefault(number, List.of()));
                }
            }
        }

        /** A crate in several forms: what it promises is the same in all of them. */
        private void takeNumbered(List<Path> forms) throws IOException {
            var byForm = new LinkedHashMap<String, Path>();
            for (Path path : forms) {
                String name = path.toString();
                byForm.putIfAbsent(name.substring(name.lastIndexOf('.')), path);
            }
            Path metadata = byForm.get(".rmeta");
            Path archive = byForm.get(".rlib");
            Path chosen = metadata;
            if (archive != null && (metadata == null || crate.takesCode())) {
                chosen = archive;
            }
            if (chosen != null) {
                take(chosen);
            }
            Path library = byForm.get(".so");
            if (library != null) {
                take(library);
            }
        }

        private void take(Path path) throws IOException {
            if (!seen.add(path.normalize())) {
                return;
            }
            Optional<FileMemory.Known> file = files.look(path);
            if (file.isPresent()) {
                found.put(String.valueOf(path.getFileName()), file.get());
                queue.add(file.get());
            }
        }

        /** Metadata alone is shorter than the archive that has it too. */
        private CrateScan scanned(FileMemory.Known file) throws IOException {
            String name = file.path().toString();
            if (name.endsWith(".rlib")) {
                Path metadata = Path.of(name.replaceFirst("\\.rlib$", ".rmeta"));
                Optional<FileMemory.Known> beside = files.look(metadata);
                if (beside.isPresent()) {
                    return scans.of(beside.get());
                }
            }
            return scans.of(file);
        }
    }
}
