package io.cachepot.node.doctor;

import io.cachepot.protocol.text.Finding;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/** Looks at files and directories of a node. */
final class OwnFiles {
    private static final long GIB = 1L << 30;

    private OwnFiles() {}

    /** Whether others than owner and group can read {@code file}. */
    static boolean isForOthers(Path file) throws IOException {
        return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    }

    /** Settings hold secrets. */
    static Finding settings(Path file) {
        try {
            return isForOthers(file)
                    ? Finding.warn(
                            "settings",
                            file + " can be read by others on this machine",
                            "chmod 640 " + file + ", its group being the node's")
                    : Finding.ok("settings", file.toString());
        } catch (IOException e) {
            return Finding.fail(
                    "settings", file + " can not be looked at: " + e, "name it with its path");
        }
    }

    /**
     * A directory that is written to, and made if need be.
     *
     * @param bytes how much may come to lie there
     */
    static Finding directory(String key, Path directory, long bytes) {
        Path there = directory;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there) || !Files.isWritable(there)) {
            return Finding.fail(
                    key,
                    directory + " can not be written by " + System.getProperty("user.name"),
                    "give it to the user that runs the node, and look as that user");
        }
        return room(key, directory, there, bytes)
                .orElseGet(() -> Finding.ok(key, directory.toString()));
    }

    private static Optional<Finding> room(String key, Path directory, Path there, long bytes) {
        try {
            long free = Files.getFileStore(there).getUsableSpace() + used(directory);
            return free >= bytes
                    ? Optional.empty()
                    : Optional.of(
                            Finding.warn(
                                    key,
                                    directory
                                            + " may grow to "
                                            + gib(bytes)
                                            + ", and its disk has "
                                            + gib(free)
                                            + " for it",
                                    "make room, or lower the caches' sizes in the settings"));
        } catch (IOException e) {
            return Optional.of(
                    Finding.warn(
                            key, directory + ": " + e, "see whether its file system is mounted"));
        }
    }

    /** What lies there already is part of what may. */
    private static long used(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        long bytes = 0;
        try (var files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                bytes += Files.size(file);
            }
        } catch (java.io.UncheckedIOException e) {
            throw new FileSystemException(directory.toString(), null, String.valueOf(e.getCause()));
        }
        return bytes;
    }

    private static String gib(long bytes) {
        return String.format(java.util.Locale.ROOT, "%.1f GiB", bytes / (double) GIB);
    }
}
