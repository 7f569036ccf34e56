package io.cachepot.node.cache;

import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/** Writes blobs and looks whether they are what their names say. */
final class BlobFiles {
    private static final int BUFFER_BYTES = 64 << 10;

    private final ShardedFiles files;

    BlobFiles(ShardedFiles files) {
        this.files = files;
    }

    /**
     * Writes {@code content} to a temporary file, which is the caller's to move or delete.
     *
     * @throws WrongContentException when it is not what {@code digest} and {@code sizeBytes} say
     * @throws StorageException when it can not be written
     */
    Path receive(Digest digest, long sizeBytes, InputStream content) throws IOException {
        Path file = files.newTemporary();
        try (FileChannel out = ShardedFiles.create(file)) {
            copy(digest, sizeBytes, content, out);
            return file;
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
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

    /** Whether the file still has the content that its name says. */
    boolean isIntact(Digest digest) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(files.path(digest))) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
        }
        return Digest.of(sha256).equals(digest);
    }
}
