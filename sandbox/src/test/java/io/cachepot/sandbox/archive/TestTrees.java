package io.cachepot.sandbox.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** Trees of tests. */
final class TestTrees {
    private TestTrees() {}

    /** Removes {@code directory} and all in it, links as links. */
    static void remove(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
