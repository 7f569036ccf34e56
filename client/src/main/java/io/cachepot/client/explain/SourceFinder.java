package io.cachepot.client.explain;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Predicate;

/** Finds the source that somebody means among those that were compiled. */
final class SourceFinder {
    private static final int NEARBY_MAX = 8;

    private final List<String> sources;
    private final Path directory;

    /**
     * @param newestFirst compiles to choose from
     * @param directory of whoever asks
     */
    SourceFinder(List<CompileRecord> newestFirst, Path directory) {
        var distinct = new LinkedHashSet<String>();
        newestFirst.forEach(each -> distinct.add(each.source()));
        sources = List.copyOf(distinct);
        this.directory = directory;
    }

    /**
     * What {@code name} can mean: the file of that path; else, if that was not compiled, all whose
     * path ends with it.
     */
    List<String> matching(String name) {
        var exact = sources.stream().filter(Predicate.isEqual(absolute(name))).toList();
        if (!exact.isEmpty()) {
            return exact;
        }
        String end = "/" + (name.startsWith("./") ? name.substring(2) : name);
        return sources.stream().filter(source -> source.endsWith(end)).toList();
    }

    private String absolute(String name) {
        try {
            return directory.resolve(name).normalize().toString();
        } catch (InvalidPathException _) {
            return name;
        }
    }

    /**
     * Others that may have been meant: of a like name, then of the same directory, then the latest.
     */
    List<String> nearby(String name) {
        String stem = stem(name);
        String folder = parent(absolute(name));
        var nearest = new ArrayList<>(sources);
        nearest.sort(
                Comparator.comparingInt(source -> {
                    if (stem(source).equals(stem)) {
                        return 0;
                    }
                    return parent(source).equals(folder) ? 1 : 2;
                }));
        return nearest.stream().limit(NEARBY_MAX).toList();
    }

    private static String stem(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    /** As short as it can be said from where the user is. */
    String shown(String path) {
        return shown(path, directory);
    }

    static String shown(String path, Path directory) {
        String prefix = directory.normalize() + "/";
        return path.startsWith(prefix) ? path.substring(prefix.length()) : path;
    }
}
