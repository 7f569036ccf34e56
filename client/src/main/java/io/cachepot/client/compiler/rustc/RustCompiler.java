package io.cachepot.client.compiler.rustc;

import io.cachepot.client.compiler.Programs;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A rustc, or a clippy-driver, that we know how to cache.
 *
 * @param executable as found on PATH or given, absolute; rustup's proxy where that stands for it
 * @param real the program that does it
 * @param sysroot where its own libraries are, and the crates that come with it
 * @param host the target that it compiles for unless told otherwise
 * @param version what it says of itself, one line
 * @param programs every file whose content decides what it does, the host's crates among them
 */
public record RustCompiler(
        Path executable, Path real, Path sysroot, String host, String version, Programs programs) {

    public Digest identity() {
        return programs.identity();
    }

    /** Where the crates of {@code target} are that come with it. */
    public Path libraries(String target) {
        return sysroot.resolve("lib/rustlib").resolve(target);
    }

    /**
     * Directories of {@code LD_LIBRARY_PATH} that may change what is done. Cargo sets it for the
     * programs that it runs; what a compile has from there is known otherwise.
     *
     * @param known directories in which crates are looked for
     */
    public List<Path> foreignLibraryPath(Map<String, String> environment, Set<Path> known) {
        var foreign = new ArrayList<Path>();
        for (String name : environment.getOrDefault("LD_LIBRARY_PATH", "").split(":", -1)) {
            Path directory = Path.of(name).normalize();
            boolean isHarmless =
                    name.isEmpty()
                            || directory.equals(sysroot.resolve("lib"))
                            || directory.startsWith(sysroot.resolve("lib/rustlib"))
                            || known.contains(directory);
            if (!isHarmless) {
                foreign.add(directory);
            }
        }
        return foreign;
    }

    /** A library in {@code directories} that would be loaded in place of one of its own. */
    public Optional<Path> replacement(List<Path> directories) throws IOException {
        var names = new HashSet<Path>();
        for (Programs.Program program : programs.files()) {
            Path name = program.file().getFileName();
            if (name != null && name.toString().contains(".so")) {
                names.add(name);
            }
        }
        for (Path directory : directories) {
            for (Path name : names) {
                if (Files.exists(directory.resolve(name))) {
                    return Optional.of(directory.resolve(name));
                }
            }
        }
        return Optional.empty();
    }
}
