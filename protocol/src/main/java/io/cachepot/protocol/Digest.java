package io.cachepot.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 (FIPS 180-4), the one way in which content is named everywhere; as text 64 lower-case
 * hex digits, as bytes 32.
 *
 * <p>Four longs instead of an array: a manifest holds hundreds of these, and comparing them is on
 * the way to every hit.
 */
public record Digest(long a, long b, long c, long d) {
    public static final int SIZE_BYTES = 32;

    private static final HexFormat HEX = HexFormat.of();

    /** The digest of nothing. */
    public static final Digest EMPTY = of(new byte[0]);

    /** Of the content {@code bytes}. */
    public static Digest of(byte[] bytes) {
        return finish(sha256(), bytes);
    }

    public static Digest of(Bytes bytes) {
        var sha256 = sha256();
        sha256.update(bytes.asByteBuffer());
        return of(sha256);
    }

    /** What {@code sha256} has seen; resets it. */
    public static Digest of(MessageDigest sha256) {
        return fromBytes(sha256.digest());
    }

    /** A fresh SHA-256. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Reads the raw form.
     *
     * @throws IllegalArgumentException unless there are exactly 32 bytes
     */
    public static Digest fromBytes(byte[] bytes) {
        if (bytes.length != SIZE_BYTES) {
            throw new IllegalArgumentException(
                    "digest has " + bytes.length + " bytes, expected " + SIZE_BYTES);
        }
        var buffer = ByteBuffer.wrap(bytes);
        return new Digest(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException unless {@code hex} is exactly 64 lower-case hex digits
     */
    @JsonCreator
    public static Digest fromHex(String hex) {
        if (!isHex(hex)) {
            throw new IllegalArgumentException(
                    "digest is '" + clip(hex) + "', expected 64 lower-case hex digits");
        }
        return fromBytes(HEX.parseHex(hex));
    }

    private static boolean isHex(String text) {
        return text.length() == 2 * SIZE_BYTES
                && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    private static String clip(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }

    private static Digest finish(MessageDigest sha256, byte[] bytes) {
        return fromBytes(sha256.digest(bytes));
    }

    public byte[] toByteArray() {
        return ByteBuffer.allocate(SIZE_BYTES).putLong(a).putLong(b).putLong(c).putLong(d).array();
    }

    @JsonValue
    public String hex() {
        return HEX.formatHex(toByteArray());
    }

    @Override
    public String toString() {
        return hex();
    }
}
