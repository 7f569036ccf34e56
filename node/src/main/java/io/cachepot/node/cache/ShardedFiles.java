package io.cachepot.node.cache;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Files named by digests.
 *
 * <pre>
 * DIR/ab/abcd...   one file, mode 0644, since a job may run as another user
 * DIR/tmp/         files being written; renamed when whole, emptied at start
 * </pre>
 */
final class ShardedFiles {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
    private static final Set<PosixFilePermission> FILE_MODE =
            PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> DIRECTORY_MODE =
            PosixFilePermissions.fromString("rwxr-xr-x");

    private final Path directory;
    private final Path temporary;
    private final AtomicLong serial = new AtomicLong();

    ShardedFiles(Path directory) {
        this.directory = directory;
        temporary = directory.resolve("tmp");
    }

    Path directory() {
        return directory;
    }

    /** A file that an earlier start left. */
    record Kept(Digest digest, long sizeBytes, FileTime storedAt) {}

    /** Drops what was half written and lists the rest, oldest first. */
    List<Kept> start() throws IOException {
        makeDirectory(directory);
        makeDirectory(temporary);
        try (var leftovers = Files.newDirectoryStream(temporary)) {
            for (Path leftover : leftovers) {
                Files.delete(leftover);
            }
        }
        var kept = new ArrayList<Kept>();
        try (var folders = Files.newDirectoryStream(directory, "[0-9a-f][0-9a-f]")) {
            for (Path folder : folders) {
                list(folder, kept);
            }
        }
        kept.sort(Comparator.comparing(Kept::storedAt));
        return kept;
    }

    private static void makeDirectory(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, DIRECTORY_MODE);
    }

    private static void list(Path folder, List<Kept> kept) throws IOException {
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (HEX.matcher(name).matches()) {
                    kept.add(
                            new Kept(
                                    Digest.fromHex(name),
                                    Files.size(file),
                                    Files.getLastModifiedTime(file)));
                }
            }
        }
    }

    Path path(Digest digest) {
        return folder(digest).resolve(digest.hex());
    }

    private Path folder(Digest digest) {
        return directory.resolve(digest.hex().substring(0, 2));
    }

    /** A name for a file that {@link #create} makes, which is the caller's to move or delete. */
    Path newTemporary() {
        return temporary.resolve(Long.toString(serial.incrementAndGet()));
    }

    /**
     * Makes a file to write.
     *
     * @throws StorageException when it can not be made
     */
    static FileChannel create(Path file) throws StorageException {
        try {
            var channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            // Apart from the creation, since the umask may take bits from that.
            Files.setPosixFilePermissions(file, FILE_MODE);
            return channel;
        } catch (IOException e) {
            throw new StorageException("content not stored", e);
        }
    }

    void moveIntoPlace(Path temporaryFile, Digest digest) throws StorageException {
        try {
            if (!Files.isDirectory(folder(digest))) {
                makeDirectory(folder(digest));
            }
            Files.move(temporaryFile, path(digest), ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StorageException("content not stored", e);
        }
    }

    void delete(Digest digest) throws IOException {
        Files.deleteIfExists(path(digest));
    }
}
