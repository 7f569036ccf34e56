package io.cachepot.client.dist;

import io.cachepot.protocol.http.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.FileEntity;
import org.jspecify.annotations.Nullable;

/**
 * A request's body, written before it is sent: a small one in memory, a large one in a file, which
 * goes when it is closed. Tells trouble with itself from trouble with what is copied into it.
 */
final class RequestBody extends OutputStream {
    private static final ContentType TYPE = ContentType.create(Headers.PARTS);
    private static final int MEMORY_BYTES_MAX = 1 << 20;

    private final Naming files;
    private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private @Nullable Path file;

    /** Where bytes go: {@code memory}, or {@code file} once there is one. */
    private OutputStream out = memory;

    private long sizeBytes;

    /** Names a file that is not there yet. */
    @FunctionalInterface
    interface Naming {
        Path name() throws IOException;
    }

    /** The file can not be written. */
    static final class Failure extends IOException {
        private static final long serialVersionUID = 1L;

        Failure(IOException cause) {
            super(cause.toString(), cause);
        }
    }

    RequestBody(Naming files) {
        this.files = files;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            if (file == null && sizeBytes + length > MEMORY_BYTES_MAX) {
                spill();
            }
            out.write(bytes, offset, length);
            sizeBytes += length;
        } catch (IOException e) {
            throw new Failure(e);
        }
    }

    private void spill() throws IOException {
        file = files.name();
        out = Files.newOutputStream(file);
        memory.writeTo(out);
        memory.reset();
    }

    /** What was written; nothing may be written any more. */
    HttpEntity entity() throws IOException {
        if (file == null) {
            return new ByteArrayEntity(memory.toByteArray(), TYPE);
        }
        try {
            out.close();
        } catch (IOException e) {
            throw new Failure(e);
        }
        return new FileEntity(file.toFile(), TYPE);
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /** Of a request that was answered nobody must hear that its file could not be removed. */
    @Override
    public void close() {
        if (file == null) {
            return;
        }
        try {
            out.close();
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // The store removes stale temporary files at its next start.
        }
    }
}
