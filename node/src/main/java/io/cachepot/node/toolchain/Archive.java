package io.cachepot.node.toolchain;

import io.cachepot.protocol.Digest;
import io.cachepot.sandbox.SandboxException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** The bytes of an archive on their way to the unpacker: counted, bounded and digested. */
final class Archive extends InputStream {
    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream in;
    private final long bytesMax;
    private final MessageDigest sha256 = Digest.sha256();
    private long bytes;

    Archive(InputStream in, long bytesMax) {
        this.in = in;
        this.bytesMax = bytesMax;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = in.read(buffer, offset, length);
        if (n > 0) {
            bytes += n;
            sha256.update(buffer, offset, n);
        }
        if (bytes > bytesMax) {
            throw new SandboxException(
                    "archive is too large, expected at most " + bytesMax + " bytes");
        }
        return n;
    }

    /** The digest of the whole archive; reads what the unpacker left. */
    Digest digest() throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        while (read(buffer, 0, buffer.length) >= 0) {
            // Read for the digest alone.
        }
        return Digest.of(sha256);
    }
}
