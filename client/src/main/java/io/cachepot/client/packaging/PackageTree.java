package io.cachepot.client.packaging;

import io.cachepot.client.include.FileMemory;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The files of a package of Rust: all below its directory, but for what builds and tools left. */
public final class PackageTree {
    private static final Set<String> OF_TOOLS = Set.of(".git", ".hg", ".jj", ".svn");

    /** Directories of outputs are marked by it: https://bford.info/cachedir/. */
    private static final String OUTPUTS = "CACHEDIR.TAG";

    private PackageTree() {}

    /**
     * Lists all.
     *
     * @param filesMax and {@code bytesMax}: what is larger is not listed
     * @return by path; empty when there is too much, or no such directory
     */
    public static Optional<List<FileMemory.Known>> list(
            Path directory, int filesMax, long bytesMax, FileMemory files) throws IOException {
        return list(directory, _ -> false, filesMax, bytesMax, files);
    }

    /**
     * Lists all but what is below some directories.
     *
     * @param isAside whether a directory is left out
     * @param filesMax and {@code bytesMax}: what is larger is not listed
     * @return by path; empty when there is too much, or no such directory
     */
    public static Optional<List<FileMemory.Known>> list(
            Path directory, Predicate<Path> isAside, int filesMax, long bytesMax, FileMemory files)
            throws IOException {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        var paths = new ArrayList<Path>();
        long[] bytes = {0};
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path each, BasicFileAttributes attributes) {
                        boolean isLeftOut =
                                !each.equals(directory)
                                        && (isAside.test(each)
                                                || OF_TOOLS.contains(
                                                        String.valueOf(each.getFileName()))
                                                || Files.exists(each.resolve(OUTPUTS)));
                        return isLeftOut ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        paths.add(file);
                        bytes[0] += attributes.size();
                        return paths.size() > filesMax || bytes[0] > bytesMax
                                ? FileVisitResult.TERMINATE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) {
                        return FileVisitResult.CONTINUE; // what we may not read, a macro may not
                    }
                });
        if (paths.size() > filesMax || bytes[0] > bytesMax) {
            return Optional.empty();
        }
        paths.sort(null);
        var known = new ArrayList<FileMemory.Known>();
        for (Path path : paths) {
            files.look(path).ifPresent(known::add);
        }
        return Optional.of(known);
    }
}
