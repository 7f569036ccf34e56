package io.cachepot.sandbox.bubblewrap;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/**
 * Removes what a job left, links as links. A job may have made directories that nobody may enter
 * and others too deep for a path or for a stack: the former are opened up first, the latter are
 * moved to the top. Nothing that could put a link in our way is alive by then.
 */
final class TreeRemover {
    /** Times the longest name it stays below the longest path, 4096. */
    private static final int DEPTH_MAX = 12;

    private static final Set<PosixFilePermission> OPEN =
            EnumSet.of(
                    PosixFilePermission.OWNER_READ,
                    PosixFilePermission.OWNER_WRITE,
                    PosixFilePermission.OWNER_EXECUTE);

    private final Path top;
    private int moved;

    private TreeRemover(Path top) {
        this.top = top;
    }

    /** Removes {@code directory} with everything in it; fine if there is none. */
    static void remove(Path directory) throws IOException {
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            new TreeRemover(directory).remove();
        }
    }

    private void remove() throws IOException {
        int before;
        do {
            before = moved;
            removeContent(top, 0);
        } while (moved > before);
        Files.delete(top);
    }

    private void removeContent(Path directory, int depth) throws IOException {
        open(directory);
        try (var entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                removeEntry(entry, depth);
            }
        }
    }

    private void removeEntry(Path entry, int depth) throws IOException {
        if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            Files.delete(entry);
        } else if (depth < DEPTH_MAX) {
            removeContent(entry, depth + 1);
            Files.delete(entry);
        } else {
            open(entry);
            Files.move(entry, top.resolve("moved-" + moved++));
        }
    }

    private static void open(Path directory) throws IOException {
        try {
            Files.setPosixFilePermissions(directory, OPEN);
        } catch (AccessDeniedException _) {
            // Not ours to change; listing it says what is wrong, if anything is.
        }
    }
}
