package io.cachepot.protocol.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/** Random secrets as text, and how to compare two. */
public final class Secrets {
    private Secrets() {}

    /** {@code bits / 8} random bytes, URL-safe base64 without padding. */
    public static String random(SecureRandom random, int bits) {
        byte[] bytes = new byte[bits / 8];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** In time that does not tell where they differ. */
    public static boolean areEqual(String told, String expected) {
        return MessageDigest.isEqual(
                told.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }
}
