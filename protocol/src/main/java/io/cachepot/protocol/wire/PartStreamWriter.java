package io.cachepot.protocol.wire;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.ProtocolVersion;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/**
 * Writes a part stream: a JSON head and then bodies of any size, nothing of which is held whole.
 *
 * <pre>
 * stream := "CPOT" | u8 version | part*  | end
 * part   := u8 type (1..255) | u64 length | that many bytes          integers are big-endian
 * end    := u8 0 | u64 32 | SHA-256 of every byte before the end's type
 * </pre>
 *
 * <p>The digest in the end tells a cut or damaged stream from a whole one, whatever carried it.
 */
public final class PartStreamWriter {
    static final byte[] MAGIC = {'C', 'P', 'O', 'T'};
    static final int END = 0;

    private final MessageDigest sha256 = Digest.sha256();
    private final DigestOutputStream digesting;
    private final DataOutputStream out;

    /** {@code target} is neither flushed nor closed here, and should be buffered. */
    public PartStreamWriter(OutputStream target) throws IOException {
        digesting = new DigestOutputStream(target, sha256);
        out = new DataOutputStream(digesting);
        out.write(MAGIC);
        out.writeByte(ProtocolVersion.CURRENT);
    }

    public void part(PartType type, byte[] bytes) throws IOException {
        begin(type, bytes.length);
        out.write(bytes);
    }

    /**
     * A body of known size.
     *
     * @throws IOException also when {@code content} has fewer bytes than {@code sizeBytes}; then
     *     the stream is void
     */
    public void part(PartType type, byte[] prefix, InputStream content, long sizeBytes)
            throws IOException {
        begin(type, prefix.length + sizeBytes);
        out.write(prefix);
        long left = sizeBytes;
        byte[] buffer = new byte[(int) Math.min(64 << 10, Math.max(1, sizeBytes))];
        while (left > 0) {
            int n = content.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (n < 0) {
                throw new IOException("content ended " + left + " bytes early");
            }
            out.write(buffer, 0, n);
            left -= n;
        }
    }

    private void begin(PartType type, long length) throws IOException {
        out.writeByte(type.code());
        out.writeLong(length);
    }

    /** Writes the end; nothing may follow. */
    public void end() throws IOException {
        digesting.on(false);
        out.writeByte(END);
        out.writeLong(Digest.SIZE_BYTES);
        out.write(sha256.digest());
    }
}
