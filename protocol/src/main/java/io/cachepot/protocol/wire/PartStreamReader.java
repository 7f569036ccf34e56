package io.cachepot.protocol.wire;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.ProtocolVersion;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads what {@link PartStreamWriter} wrote, part by part: {@link #next()}, then the part's bytes,
 * then the next one. Nothing that was read may be believed before {@link #next()} has returned
 * empty: only then is the digest known to be right.
 */
public final class PartStreamReader {
    private final MessageDigest sha256 = Digest.sha256();
    private final DigestInputStream digesting;
    private final DataInputStream in;
    private final String who;
    private long left;
    private boolean isEnded;

    /**
     * Reads the first bytes of {@code source}.
     *
     * @param who the peer, for messages
     * @throws WireException when it is not a part stream of a version we speak
     */
    public PartStreamReader(InputStream source, String who) throws IOException {
        this.who = who;
        digesting = new DigestInputStream(source, sha256);
        in = new DataInputStream(digesting);
        try {
            byte[] magic = new byte[PartStreamWriter.MAGIC.length];
            in.readFully(magic);
            if (!Arrays.equals(magic, PartStreamWriter.MAGIC)) {
                throw new WireException(who + " sent no part stream: it does not begin with CPOT");
            }
            Optional<String> refusal =
                    ProtocolVersion.refusal(who, Integer.toString(in.readUnsignedByte()));
            if (refusal.isPresent()) {
                throw new WireException(refusal.get());
            }
        } catch (EOFException e) {
            throw cut(e);
        }
    }

    /**
     * Steps over what is left of the current part, and over heartbeats, to the next one.
     *
     * @return empty at the end of a whole and undamaged stream
     * @throws WireException when the stream is cut, damaged or malformed
     */
    public Optional<PartType> next() throws IOException {
        if (isEnded) {
            return Optional.empty();
        }
        try {
            PartType type = PartType.HEARTBEAT;
            while (type == PartType.HEARTBEAT) {
                skipRest();
                byte[] expected = digestSoFar();
                int code = in.readUnsignedByte();
                left = in.readLong();
                if (code == PartStreamWriter.END) {
                    finish(expected);
                    return Optional.empty();
                }
                if (left < 0) {
                    throw new WireException(who + " sent a part of negative length");
                }
                type = PartType.of(code);
            }
            return Optional.of(type);
        } catch (EOFException e) {
            throw cut(e);
        }
    }

    /** Must be {@code type}, as the protocol says. */
    public void expect(PartType type) throws IOException {
        Optional<PartType> next = next();
        if (!next.equals(Optional.of(type))) {
            throw new WireException(
                    who
                            + " sent "
                            + next.map(PartType::name).orElse("the end")
                            + ", expected "
                            + type);
        }
    }

    /** Bytes of the current part not read yet. */
    public long left() {
        return left;
    }

    /**
     * All that is left of the current part.
     *
     * @throws WireException when that is more than {@code bytesMax}
     */
    public byte[] readRest(int bytesMax) throws IOException {
        if (left > bytesMax) {
            throw new WireException(
                    who + " sent a part of " + left + " bytes, expected at most " + bytesMax);
        }
        return readExactly((int) left);
    }

    /** The next {@code count} bytes of the current part. */
    public byte[] readExactly(int count) throws IOException {
        if (count > left) {
            throw new WireException(
                    who + " sent a part that ends " + (count - left) + " bytes early");
        }
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw cut(new EOFException());
        }
        left -= count;
        return bytes;
    }

    /** What is left of the current part, as a stream that ends with it; closing it does nothing. */
    public InputStream body() {
        return new Body();
    }

    private void skipRest() throws IOException {
        byte[] buffer = new byte[8192];
        while (left > 0) {
            read(buffer, 0, buffer.length);
        }
    }

    private int read(byte[] buffer, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int n = in.read(buffer, offset, (int) Math.min(length, left));
        if (n < 0) {
            throw cut(new EOFException());
        }
        left -= n;
        return n;
    }

    /** The digest of all before the next part's type; a clone, since the stream may go on. */
    private byte[] digestSoFar() {
        try {
            return ((MessageDigest) sha256.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }

    private void finish(byte[] expected) throws IOException {
        if (left != Digest.SIZE_BYTES) {
            throw new WireException(
                    who + " sent an end of " + left + " bytes, expected " + Digest.SIZE_BYTES);
        }
        byte[] told = readExactly(Digest.SIZE_BYTES);
        if (!MessageDigest.isEqual(told, expected)) {
            throw new WireException(who + " sent a damaged stream: its digest is wrong");
        }
        isEnded = true;
    }

    private WireException cut(EOFException cause) {
        return new WireException(who + " sent a stream that is cut short", cause);
    }

    private final class Body extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return PartStreamReader.this.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return length == 0 ? 0 : PartStreamReader.this.read(buffer, offset, length);
        }
    }
}
