package io.cachepot.node.cache;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Where blobs lie and how they get there.
 *
 * <pre>
 * DIR/ab/abcd...   one blob, mode 0644, since a job may run as another user
 * DIR/tmp/         blobs being received; renamed when whole, emptied at start
 * </pre>
 */
final class BlobFiles {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
    private static final int BUFFER_BYTES = 64 << 10;
    private static final Set<PosixFilePermission> FILE_MODE =
            PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> DIRECTORY_MODE =
            PosixFilePermissions.fromString("rwxr-xr-x");

    private final Path directory;
    private final Path temporary;
    private final AtomicLong serial = new AtomicLong();

    BlobFiles(Path directory) {
        this.directory = directory;
        temporary = directory.resolve("tmp");
    }

    Path directory() {
        return directory;
    }

    /** A blob that an earlier start left. */
    record Kept(Digest digest, long sizeBytes, FileTime storedAt) {}

    /** Drops what was half received and lists the rest, oldest first. */
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

    /**
     * Writes {@code content} to a temporary file, which is the caller's to move or delete.
     *
     * @throws WrongContentException when it is not what {@code digest} and {@code sizeBytes} say
     * @throws StorageException when it can not be written
     */
    Path receive(Digest digest, long sizeBytes, InputStream content) throws IOException {
        Path file = temporary.resolve(Long.toString(serial.incrementAndGet()));
        try (FileChannel out = create(file)) {
            copy(digest, sizeBytes, content, out);
            return file;
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static FileChannel create(Path file) throws StorageException {
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

    private static void copy(Digest digest, long sizeBytes, InputStream content, FileChannel out)
            throws IOException {
        MessageDigest sha256 = Digest.sha256();
        byte[] buffer = new byte[Math.clamp(sizeBytes + 1, 1, BUFFER_BYTES)];
        long size = 0;
        for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
            size += n;
            if (size > sizeBytes) {
                throw new WrongContentException(
                        "content of " + digest + " has more than the " + sizeBytes + " bytes told");
            }
            sha256.update(buffer, 0, n);
            write(out, ByteBuffer.wrap(buffer, 0, n));
        }
        if (size < sizeBytes) {
            throw new WrongContentException(
                    "content of " + digest + " has " + size + " bytes, expected " + sizeBytes);
        }
        Digest actual = Digest.of(sha256);
        if (!actual.equals(digest)) {
            throw new WrongContentException(
                    "content has SHA-256 " + actual + ", expected " + digest);
        }
    }

    /** Tells our disk's fault from the sender's. */
    private static void write(FileChannel out, ByteBuffer bytes) throws StorageException {
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
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

    /** Whether the file still has the content that its name says. */
    boolean isIntact(Digest digest) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(path(digest))) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
        }
        return Digest.of(sha256).equals(digest);
    }
}
