package io.cachepot.client.packaging;

import io.cachepot.client.include.FileMemory;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.InputEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Builds the input tree of a job from files of this machine. The compiler on the worker sees the
 * same paths: every symbolic link on the way to a file goes in as a link, every directory that a
 * path steps into and out of again ({@code a/../b}) is there.
 */
public final class InputTree {
    private static final int LINKS_MAX = 40;
    private static final Path EMPTY = Path.of("/dev/null");

    private final TreeMap<String, InputEntry> entries = new TreeMap<>();
    private final Map<Digest, Path> sources = new HashMap<>();
    private final Map<Path, Path> resolvedDirectories = new HashMap<>();

    /** Adds the content of {@code file} under its path. */
    public void add(FileMemory.Known file) throws IOException {
        Path real = resolve(file.path());
        entries.put(
                real.toString(),
                new InputEntry.File(
                        real.toString(),
                        file.digest(),
                        file.stamp().size(),
                        file.stamp().isExecutable()));
        sources.put(file.digest(), file.path());
    }

    /** Adds the directory {@code path}, if there is one; what is in it stays out. */
    public void addDirectory(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            Path real = resolve(path);
            entries.putIfAbsent(real.toString(), new InputEntry.Directory(real.toString()));
        }
    }

    /**
     * Adds {@code path}, be it file or directory, for its existence alone; a file is empty there.
     */
    public void addExisting(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            addDirectory(path);
            return;
        }
        Path real = resolve(path);
        entries.putIfAbsent(
                real.toString(), new InputEntry.File(real.toString(), Digest.EMPTY, 0, false));
        sources.putIfAbsent(Digest.EMPTY, EMPTY);
    }

    /**
     * Makes room for a file that the compiler will write at {@code path}: its directory exists.
     *
     * @return where the file will be once links are followed
     */
    public Path place(Path path) throws IOException {
        return resolve(path);
    }

    /**
     * Walks {@code path} component by component as the kernel does, noting links.
     *
     * @return where it leads, without links, {@code .} and {@code ..}
     */
    private Path resolve(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent == null) {
            return path;
        }
        return step(resolveDirectory(parent), path.getFileName(), 0);
    }

    private Path resolveDirectory(Path directory) throws IOException {
        Path known = resolvedDirectories.get(directory);
        if (known != null) {
            return known;
        }
        Path parent = directory.getParent();
        Path resolved =
                parent == null
                        ? directory
                        : step(resolveDirectory(parent), directory.getFileName(), 0);
        if (parent != null) {
            entries.putIfAbsent(resolved.toString(), new InputEntry.Directory(resolved.toString()));
        }
        resolvedDirectories.put(directory, resolved);
        return resolved;
    }

    private Path step(Path resolvedParent, Path name, int links) throws IOException {
        if (name.toString().equals(".")) {
            return resolvedParent;
        }
        if (name.toString().equals("..")) {
            return resolvedParent.getParent() == null ? resolvedParent : resolvedParent.getParent();
        }
        Path next = resolvedParent.resolve(name);
        if (!Files.isSymbolicLink(next)) {
            return next;
        }
        if (links > LINKS_MAX) {
            throw new IOException("too many symbolic links at " + next);
        }
        Path target = Files.readSymbolicLink(next);
        entries.put(next.toString(), new InputEntry.Symlink(next.toString(), target.toString()));
        Path at = target.isAbsolute() ? target.getRoot() : resolvedParent;
        for (Path component : target) {
            at = step(at, component, links + 1);
        }
        return at;
    }

    /** The tree, sorted; directories that other entries imply are left out. */
    public List<InputEntry> entries() {
        var kept = new TreeMap<String, InputEntry>();
        String previous = null;
        for (InputEntry entry : entries.descendingMap().values()) {
            boolean isImplied =
                    entry instanceof InputEntry.Directory
                            && previous != null
                            && previous.startsWith(entry.path() + "/");
            if (!isImplied) {
                kept.put(entry.path(), entry);
            }
            previous = entry.path();
        }
        kept.remove("/");
        return List.copyOf(kept.values());
    }

    /** Where this machine has the content of each file of the tree. */
    public Map<Digest, Path> sources() {
        return Map.copyOf(sources);
    }
}
