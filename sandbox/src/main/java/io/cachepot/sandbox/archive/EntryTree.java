package io.cachepot.sandbox.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an archive has made so far, in memory. It alone decides whether an entry is fine, the disk
 * is never asked: the directory that we unpack to is new and nobody else's, and links are made
 * last, so none can be on the way to a file.
 */
final class EntryTree {
    private static final int PATH_BYTES_MAX = 3000;
    private static final long PATHS_BYTES_MAX = 64L << 20;
    private static final char NOT_UTF8 = '\uFFFD';

    private final ArchiveLimits limits;
    private final Map<String, Kind> kinds = new HashMap<>();
    private long bytes;
    private long pathsBytes;

    private enum Kind {
        DIRECTORY,
        FILE,
        LINK
    }

    EntryTree(ArchiveLimits limits) {
        this.limits = limits;
    }

    int entries() {
        return kinds.size();
    }

    long bytes() {
        return bytes;
    }

    /** Adds a directory; one that is there already is fine. All that have to be made, in order. */
    List<String> directory(String name) {
        List<String> components = components(name);
        List<String> made = parents(name, components);
        String path = String.join("/", components);
        if (path.isEmpty()) {
            return made; // the root itself
        }
        Kind old = kinds.get(path);
        if (old != null && old != Kind.DIRECTORY) {
            throw ArchiveException.entry(name, "is a directory where a " + text(old) + " is");
        }
        if (old == null) {
            put(name, path, Kind.DIRECTORY);
            made.add(path);
        }
        return made;
    }

    /** Adds a file of {@code size} bytes. */
    Placed file(String name, long size) {
        if (size < 0) {
            throw ArchiveException.entry(name, "has " + size + " bytes");
        }
        if (size > limits.bytesMax() - bytes) {
            throw ArchiveException.entry(
                    name, "makes it more than " + limits.bytesMax() + " bytes in all");
        }
        bytes += size;
        return leaf(name, Kind.FILE);
    }

    /** Adds a symbolic link; its target is not looked at: only the job follows it, in its root. */
    Placed link(String name, String target) {
        if (target.isEmpty()
                || target.indexOf('\0') >= 0
                || target.indexOf(NOT_UTF8) >= 0
                || target.getBytes(UTF_8).length > PATH_BYTES_MAX) {
            throw ArchiveException.entry(name, "is a link with a target that is none");
        }
        return leaf(name, Kind.LINK);
    }

    /** Path of the file of this archive that the hard link {@code name} leads to. */
    String hardLinkTarget(String name, String target) {
        String path = String.join("/", components(target));
        if (kinds.get(path) != Kind.FILE) {
            throw ArchiveException.entry(
                    name, "is a hard link to '" + target + "', expected a file before it");
        }
        return path;
    }

    /**
     * Where an entry goes.
     *
     * @param parents directories to make before, in order
     * @param path relative, in normal form
     */
    record Placed(List<String> parents, String path) {}

    private Placed leaf(String name, Kind kind) {
        List<String> components = components(name);
        if (components.isEmpty() || name.endsWith("/")) {
            throw ArchiveException.entry(name, "is a " + text(kind) + " with a directory's name");
        }
        List<String> made = parents(name, components);
        String path = String.join("/", components);
        if (kinds.containsKey(path)) {
            throw ArchiveException.entry(name, "is there twice");
        }
        put(name, path, kind);
        return new Placed(made, path);
    }

    private List<String> components(String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0 || name.indexOf(NOT_UTF8) >= 0) {
            throw ArchiveException.entry(name, "has a name that is none");
        }
        if (name.getBytes(UTF_8).length > PATH_BYTES_MAX) {
            throw ArchiveException.entry(name, "has a path of more than " + PATH_BYTES_MAX);
        }
        var components = new ArrayList<String>();
        for (String component : name.split("/", -1)) {
            if (component.equals("..")) {
                throw ArchiveException.entry(name, "has '..' in its path");
            }
            if (component.getBytes(UTF_8).length > limits.nameBytesMax()) {
                throw ArchiveException.entry(
                        name, "has a name of more than " + limits.nameBytesMax() + " bytes");
            }
            if (!component.isEmpty() && !component.equals(".")) {
                components.add(component);
            }
        }
        if (components.size() > limits.depthMax()) {
            throw ArchiveException.entry(name, "is deeper than " + limits.depthMax());
        }
        return components;
    }

    private List<String> parents(String name, List<String> components) {
        var made = new ArrayList<String>();
        for (int i = 1; i < components.size(); i++) {
            String parent = String.join("/", components.subList(0, i));
            Kind kind = kinds.get(parent);
            if (kind == null) {
                put(name, parent, Kind.DIRECTORY);
                made.add(parent);
            } else if (kind != Kind.DIRECTORY) {
                throw ArchiveException.entry(
                        name, "lies below '" + parent + "', which is a " + text(kind));
            }
        }
        return made;
    }

    private void put(String name, String path, Kind kind) {
        kinds.put(path, kind);
        pathsBytes += path.length();
        if (kinds.size() > limits.entriesMax()) {
            throw ArchiveException.entry(
                    name, "makes it more than " + limits.entriesMax() + " entries");
        }
        if (pathsBytes > PATHS_BYTES_MAX) {
            throw ArchiveException.entry(
                    name, "makes it more than " + PATHS_BYTES_MAX + " bytes of names");
        }
    }

    private static String text(Kind kind) {
        return switch (kind) {
            case DIRECTORY -> "directory";
            case FILE -> "file";
            case LINK -> "link";
        };
    }
}
