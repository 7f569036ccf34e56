package io.cachepot.client.elf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds every shared library that a program loads, the way the dynamic loader does (ld.so(8)), by
 * reading and not by running: RUNPATH of the file that needs it, then the directories of {@code
 * /etc/ld.so.conf}, then the built-in ones. {@code LD_LIBRARY_PATH} is left out: a compiler that
 * needs it is told apart by the cache key, and is not packaged.
 */
public final class LibraryClosure {
    private static final int LIBRARIES_MAX = 1_000;
    private static final int CONFIGURATION_DEPTH_MAX = 8;

    private final List<Path> directories;

    private LibraryClosure(List<Path> directories) {
        this.directories = List.copyOf(directories);
    }

    /** With this machine's library directories. */
    public static LibraryClosure ofThisMachine() {
        var directories = new ArrayList<Path>();
        readConfiguration(Path.of("/etc/ld.so.conf"), directories, 0);
        for (String builtIn : List.of("/lib64", "/usr/lib64", "/lib", "/usr/lib")) {
            directories.add(Path.of(builtIn));
        }
        return new LibraryClosure(directories);
    }

    private static void readConfiguration(Path file, List<Path> directories, int depth) {
        if (depth > CONFIGURATION_DEPTH_MAX) {
            return;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                String text = line.replaceFirst("#.*", "").strip();
                if (text.startsWith("include ")) {
                    include(text.substring("include ".length()).strip(), directories, depth);
                } else if (text.startsWith("/")) {
                    directories.add(Path.of(text));
                }
            }
        } catch (IOException _) {
            // Without the file there are the built-in directories; a library not found there is
            // reported where it is needed.
        }
    }

    private static void include(String pattern, List<Path> directories, int depth)
            throws IOException {
        Path glob = Path.of("/etc").resolve(pattern);
        try (var files =
                Files.newDirectoryStream(glob.getParent(), String.valueOf(glob.getFileName()))) {
            var sorted = new ArrayList<Path>();
            files.forEach(sorted::add);
            sorted.sort(null);
            sorted.forEach(file -> readConfiguration(file, directories, depth + 1));
        }
    }

    /**
     * All files that {@code programs} load, the programs themselves and their loader included, each
     * under the path by which it is found.
     *
     * @throws IOException when a library is not found, or a program is not an ELF file
     */
    public List<Path> of(List<Path> programs) throws IOException {
        Map<Path, ElfFile> seen = new LinkedHashMap<>();
        var queue = new ArrayDeque<Path>(programs);
        while (!queue.isEmpty()) {
            Path file = queue.poll();
            if (seen.containsKey(file)) {
                continue;
            }
            if (seen.size() >= LIBRARIES_MAX) {
                throw new IOException(
                        "more than " + LIBRARIES_MAX + " libraries are needed by " + programs);
            }
            ElfFile elf =
                    ElfFile.read(file)
                            .orElseThrow(() -> new IOException(file + " is not an ELF program"));
            seen.put(file, elf);
            elf.interpreter().ifPresent(loader -> queue.add(Path.of(loader)));
            for (String name : elf.needed()) {
                queue.add(find(name, file, elf));
            }
        }
        return List.copyOf(seen.keySet());
    }

    private Path find(String name, Path neededBy, ElfFile elf) throws IOException {
        if (name.contains("/")) {
            return Path.of(name);
        }
        for (String searchPath : elf.searchPaths()) {
            Optional<Path> expanded = expand(searchPath, neededBy);
            if (expanded.isPresent() && fits(expanded.get().resolve(name), elf)) {
                return expanded.get().resolve(name);
            }
        }
        for (Path directory : directories) {
            if (fits(directory.resolve(name), elf)) {
                return directory.resolve(name);
            }
        }
        throw new IOException("library " + name + ", needed by " + neededBy + ", is not found");
    }

    private static Optional<Path> expand(String searchPath, Path neededBy) throws IOException {
        String origin = String.valueOf(neededBy.toRealPath().getParent());
        String expanded = searchPath.replace("${ORIGIN}", origin).replace("$ORIGIN", origin);
        return expanded.startsWith("/") && !expanded.contains("$")
                ? Optional.of(Path.of(expanded))
                : Optional.empty();
    }

    private static boolean fits(Path candidate, ElfFile neededBy) throws IOException {
        if (!Files.isRegularFile(candidate)) {
            return false;
        }
        Optional<ElfFile> elf = ElfFile.read(candidate);
        return elf.isPresent()
                && elf.get().machine() == neededBy.machine()
                && elf.get().is64Bit() == neededBy.is64Bit();
    }
}
