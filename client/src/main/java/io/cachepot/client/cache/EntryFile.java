package io.cachepot.client.cache;

import io.cachepot.client.cache.DiskStore.Kind;
import io.cachepot.protocol.Digest;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/**
 * One entry's file:
 *
 * <pre>content | SHA-256 of (u8 kind | key | content), 32 bytes</pre>
 *
 * <p>The key is part of the digest, so an entry under a name that is not its own is told as well. A
 * reader gets nothing before the whole file was verified: one read for almost all of them. A large
 * one is read again afterwards, from memory as a rule; it can not have changed, for entries are
 * only ever renamed and deleted.
 */
final class EntryFile {
    /** Up to this size an entry is held whole. */
    private static final int WHOLE_BYTES_MAX = 1 << 20;

    private static final int BUFFER_BYTES = 64 << 10;

    private EntryFile() {}

    /** Writes a new file and returns its size. */
    static long write(Path file, Kind kind, Digest key, DiskStore.Content content)
            throws IOException {
        var sha256 = begin(kind, key);
        try (OutputStream out =
                Files.newOutputStream(
                        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            var digesting =
                    new BufferedOutputStream(new DigestOutputStream(out, sha256), BUFFER_BYTES);
            content.writeTo(digesting);
            digesting.flush();
            out.write(sha256.digest());
        }
        return Files.size(file);
    }

    private static MessageDigest begin(Kind kind, Digest key) {
        MessageDigest sha256 = Digest.sha256();
        sha256.update((byte) kind.number());
        sha256.update(key.toByteArray());
        return sha256;
    }

    /**
     * The content of an entry.
     *
     * @param sizeBytes of the file
     * @throws DamagedEntryException when it is not what was written
     */
    static InputStream open(Path file, long sizeBytes, Kind kind, Digest key) throws IOException {
        long contentBytes = sizeBytes - Digest.SIZE_BYTES;
        if (contentBytes < 0) {
            throw new DamagedEntryException("has " + sizeBytes + " bytes only");
        }
        var sha256 = begin(kind, key);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            if (sizeBytes <= WHOLE_BYTES_MAX) {
                byte[] all = readWhole(channel, (int) sizeBytes);
                sha256.update(all, 0, (int) contentBytes);
                check(sha256, ByteBuffer.wrap(all, (int) contentBytes, Digest.SIZE_BYTES));
                channel.close();
                return new ByteArrayInputStream(all, 0, (int) contentBytes);
            }
            readThrough(channel, contentBytes, sha256);
            channel.position(0);
            return new LimitedInputStream(Channels.newInputStream(channel), contentBytes);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static byte[] readWhole(FileChannel channel, int sizeBytes) throws IOException {
        var buffer = ByteBuffer.allocate(sizeBytes);
        fill(channel, buffer);
        return buffer.array();
    }

    private static void readThrough(FileChannel channel, long contentBytes, MessageDigest sha256)
            throws IOException {
        var buffer = ByteBuffer.allocate(LimitedInputStream.BUFFER_BYTES);
        for (long left = contentBytes; left > 0; left -= buffer.position()) {
            buffer.clear().limit((int) Math.min(left, buffer.capacity()));
            fill(channel, buffer);
            sha256.update(buffer.array(), 0, buffer.position());
        }
        var told = ByteBuffer.allocate(Digest.SIZE_BYTES);
        fill(channel, told);
        check(sha256, told.flip());
    }

    private static void fill(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new DamagedEntryException("shrank while it was read");
            }
        }
    }

    private static void check(MessageDigest sha256, ByteBuffer told) throws IOException {
        if (!ByteBuffer.wrap(sha256.digest()).equals(told)) {
            throw new DamagedEntryException("its digest is wrong");
        }
    }
}
