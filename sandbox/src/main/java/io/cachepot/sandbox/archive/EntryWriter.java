package io.cachepot.sandbox.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes entries below one directory, which is new and which nobody else writes to. */
final class EntryWriter {
    private static final Set<PosixFilePermission> PLAIN =
            PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> EXECUTABLE =
            PosixFilePermissions.fromString("rwxr-xr-x");

    private final Path directory;
    private final Map<String, String> links = new LinkedHashMap<>();

    private EntryWriter(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes {@code directory}.
     *
     * @throws java.nio.file.FileAlreadyExistsException when it is there
     */
    static EntryWriter create(Path directory) throws IOException {
        Files.createDirectory(directory);
        Files.setPosixFilePermissions(directory, EXECUTABLE);
        return new EntryWriter(directory);
    }

    void directories(List<String> paths) throws IOException {
        for (String path : paths) {
            Path made = Files.createDirectory(directory.resolve(path));
            Files.setPosixFilePermissions(made, EXECUTABLE);
        }
    }

    /** Opens a new file; the mode is one of two, whatever the archive says. */
    OutputStream file(String path, boolean isExecutable) throws IOException {
        Path file = directory.resolve(path);
        OutputStream content = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
        Files.setPosixFilePermissions(file, isExecutable ? EXECUTABLE : PLAIN);
        return content;
    }

    void hardLink(String path, String target) throws IOException {
        Files.createLink(directory.resolve(path), directory.resolve(target));
    }

    /** Remembers a link for {@link #makeLinks}. */
    void link(String path, String target) {
        links.put(path, target);
    }

    /** Makes the links: last, so that nothing was written through one. */
    void makeLinks() throws IOException {
        for (var link : links.entrySet()) {
            Files.createSymbolicLink(directory.resolve(link.getKey()), Path.of(link.getValue()));
        }
    }

    /** Removes all of it. */
    void remove() throws IOException {
        Files.walkFileTree(directory, new Remover());
    }

    private static final class Remover extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
        }
    }
}
