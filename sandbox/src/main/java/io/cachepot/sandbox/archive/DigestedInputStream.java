package io.cachepot.sandbox.archive;

import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Digests an archive's bytes as they pass, and remembers when the stream behind it failed: that is
 * not the archive's fault. Closing it does not close that stream.
 */
final class DigestedInputStream extends InputStream {
    private static final int CHUNK_BYTES = 64 * 1024;

    private final InputStream source;
    private final long bytesMax;
    private final MessageDigest sha256 = Digest.sha256();
    private long bytes;
    private boolean isAtEnd;
    private @Nullable IOException failure;

    DigestedInputStream(InputStream source, long bytesMax) {
        this.source = source;
        this.bytesMax = bytesMax;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        int n = read(one, 0, 1);
        return n < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = readSource(buffer, offset, length);
        isAtEnd |= n < 0;
        if (n > 0) {
            sha256.update(buffer, offset, n);
            bytes += n;
        }
        if (bytes > bytesMax) {
            throw new ArchiveException("archive has more than " + bytesMax + " bytes");
        }
        return n;
    }

    /** Never 0 before the end: {@code GZIPInputStream} would not look for another member. */
    @Override
    public int available() {
        return isAtEnd ? 0 : 1;
    }

    private int readSource(byte[] buffer, int offset, int length) throws IOException {
        try {
            return source.read(buffer, offset, length);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    /** Throws what the stream behind threw, if it did. */
    void rethrowFailure() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    /** Reads the rest of the stream and gives the digest of all of it. */
    Digest finish() throws IOException {
        var chunk = new byte[CHUNK_BYTES];
        while (read(chunk, 0, chunk.length) >= 0) {
            // only for the digest
        }
        return Digest.of(sha256);
    }
}
