package io.cachepot.client.compiler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code LD_LIBRARY_PATH}: where the dynamic loader looks first (ld.so(8)). Cargo sets it for all
 * that it runs, also where it changes nothing.
 */
public final class LibraryPath {
    private static final String VARIABLE = "LD_LIBRARY_PATH";

    /** In each directory, libraries for newer processors come before those beside it. */
    private static final Path FOR_PROCESSORS = Path.of("glibc-hwcaps");

    private LibraryPath() {}

    /** Its directories; an empty name is {@code cwd}. */
    public static List<Path> directories(Map<String, String> environment, Path cwd) {
        String value = environment.getOrDefault(VARIABLE, "");
        var directories = new ArrayList<Path>();
        if (!value.isEmpty()) {
            for (String name : value.split("[:;]", -1)) {
                directories.add(cwd.resolve(name).normalize());
            }
        }
        return directories;
    }

    /**
     * Why a compile by {@code programs} can not be told from one by others: a library of theirs
     * would be taken from elsewhere.
     */
    public static Optional<String> refusal(
            Map<String, String> environment, Path cwd, Programs programs) throws IOException {
        List<Path> directories = directories(environment, cwd);
        if (directories.isEmpty()) {
            return Optional.empty();
        }
        var names = new HashSet<Path>();
        for (Path file : programs.paths()) {
            if (String.valueOf(file.getFileName()).contains(".so")) {
                names.add(file.getFileName());
            }
        }
        names.add(FOR_PROCESSORS);
        for (Path directory : directories) {
            for (Path name : names) {
                Path found = directory.resolve(name);
                if (directory.toString().contains("$")
                        || (Files.exists(found) && !isOne(found, programs))) {
                    return Optional.of(VARIABLE + " has a library of the compiler");
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isOne(Path found, Programs programs) throws IOException {
        Path real = found.toRealPath();
        for (Path file : programs.paths()) {
            if (real.getFileName().equals(file.getFileName()) && real.equals(file.toRealPath())) {
                return true;
            }
        }
        return programs.has(found);
    }
}
