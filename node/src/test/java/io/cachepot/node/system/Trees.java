package io.cachepot.node.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Directories and all that is in them. */
final class Trees {
    private Trees() {}

    static void remove(Path directory) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(directory)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }

    /** Content of each file whose name ends in one of {@code suffixes}, by path. */
    static Map<String, byte[]> files(Path directory, String... suffixes) throws IOException {
        var contents = new TreeMap<String, byte[]>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (Stream.of(suffixes).anyMatch(file.toString()::endsWith)) {
                    contents.put(directory.relativize(file).toString(), Files.readAllBytes(file));
                }
            }
        }
        return contents;
    }

    static long count(Path directory, String suffix) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> file.toString().endsWith(suffix)).count();
        }
    }
}
