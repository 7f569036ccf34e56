package io.cachepot.client.packaging;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Gathers the files of a toolchain under the paths they have here, links as links: the worker's
 * compiler finds its parts where the client's does.
 */
public final class ToolchainFiles {
    private static final int FILES_MAX = 100_000;
    private static final int LINKS_MAX = 40;

    private final TreeMap<String, Entry> entries = new TreeMap<>();

    /** What goes into the archive under one path. */
    public sealed interface Entry {
        record File(Path source, boolean executable) implements Entry {}

        record Link(String target) implements Entry {}
    }

    /** Adds the file that {@code path} leads to, and every link on the way. */
    public void add(Path path) throws IOException {
        addResolved(path.toAbsolutePath().normalize(), 0);
    }

    private void addResolved(Path path, int links) throws IOException {
        if (links > LINKS_MAX) {
            throw new IOException("too many symbolic links at " + path);
        }
        Path at = path.getRoot();
        for (int i = 0; i < path.getNameCount(); i++) {
            at = at.resolve(path.getName(i));
            if (Files.isSymbolicLink(at)) {
                Path target = Files.readSymbolicLink(at);
                put(at, new Entry.Link(target.toString()));
                Path rest =
                        i + 1 < path.getNameCount()
                                ? path.subpath(i + 1, path.getNameCount())
                                : Path.of("");
                addResolved(at.resolveSibling(target).resolve(rest).normalize(), links + 1);
                return;
            }
        }
        put(at, new Entry.File(at, Files.isExecutable(at)));
    }

    /** Adds every regular file below {@code directory}; links that stay below it as links. */
    public void addTree(Path directory) throws IOException {
        Path real = directory.toRealPath();
        Files.walkFileTree(
                real,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (attributes.isRegularFile() || attributes.isSymbolicLink()) {
                            addIfThere(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        Path spelled = directory.toAbsolutePath().normalize();
        if (!real.equals(spelled)) {
            addLinksTo(spelled);
        }
    }

    private void addLinksTo(Path directory) throws IOException {
        Path at = directory.getRoot();
        for (Path name : directory) {
            at = at.resolve(name);
            if (Files.isSymbolicLink(at)) {
                Path target = Files.readSymbolicLink(at);
                put(at, new Entry.Link(target.toString()));
                return;
            }
        }
    }

    private void addIfThere(Path file) throws IOException {
        if (Files.isRegularFile(file)) {
            add(file);
        }
    }

    private void put(Path path, Entry entry) throws IOException {
        if (entries.size() >= FILES_MAX) {
            throw new IOException("toolchain has more than " + FILES_MAX + " files");
        }
        entries.put(path.toString(), entry);
    }

    /** Whether the file at {@code path} will be there on the worker. */
    public Optional<Entry> find(String path) {
        return Optional.ofNullable(entries.get(path));
    }

    /** All, by absolute path. */
    public SortedMap<String, Entry> entries() {
        return Collections.unmodifiableSortedMap(entries);
    }
}
