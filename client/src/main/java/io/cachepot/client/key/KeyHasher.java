package io.cachepot.client.key;

import io.cachepot.protocol.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;

/**
 * Digests a sequence of fields; every field carries its length, so no two sequences run into the
 * same bytes.
 */
final class KeyHasher {
    private final MessageDigest sha256 = Digest.sha256();

    KeyHasher add(String field) {
        byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
        sha256.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
        sha256.update(bytes);
        return this;
    }

    KeyHasher add(Digest digest) {
        sha256.update(digest.toByteArray());
        return this;
    }

    /** The number of fields first. */
    KeyHasher addAll(Collection<String> fields) {
        sha256.update(ByteBuffer.allocate(4).putInt(fields.size()).flip());
        fields.forEach(this::add);
        return this;
    }

    Digest finish() {
        return Digest.of(sha256);
    }
}
