package io.cachepot.protocol.auth;

import io.cachepot.protocol.Bytes;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * One side's keys for job tokens: X25519 (RFC 7748), made at start, the private one never leaves
 * the process. Scheduler and worker hear each other's public keys with the worker's reports; from
 * one's own and the other's each of them computes the same secret, which nobody else can.
 */
public final class TokenKeyPair {
    private static final String ALGORITHM = "X25519";

    /** Of HMAC with SHA-256 (RFC 7518, 3.2: at least as long as the hash). */
    private static final int SECRET_BYTES = 32;

    private final KeyPair keys;
    private final String publicKey;

    private TokenKeyPair(KeyPair keys) {
        this.keys = keys;
        publicKey = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    }

    public static TokenKeyPair create() {
        try {
            return new TokenKeyPair(KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("JDK 25 has " + ALGORITHM, e);
        }
    }

    /** X.509 encoding, base64. */
    public String publicKey() {
        return publicKey;
    }

    /**
     * The secret of a scheduler and a worker, one of which this is.
     *
     * @param other the other one's public key
     * @throws TokenException when {@code other} is none
     */
    SecretKey secret(String other, String scheduler, String worker) {
        try {
            var agreement = KeyAgreement.getInstance(ALGORITHM);
            agreement.init(keys.getPrivate());
            agreement.doPhase(decode(other), /* lastPhase= */ true);
            var parameters =
                    HKDFParameterSpec.ofExtract()
                            .addIKM(agreement.generateSecret())
                            .thenExpand(
                                    // The keys are part of it, so that it is of these two only.
                                    Bytes.utf8("cachepot job token " + scheduler + ' ' + worker)
                                            .toByteArray(),
                                    SECRET_BYTES);
            return KDF.getInstance("HKDF-SHA256").deriveKey("HmacSHA256", parameters);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new TokenException("token key is not an " + ALGORITHM + " public key", e);
        }
    }

    private static PublicKey decode(String publicKey) throws GeneralSecurityException {
        var spec = new X509EncodedKeySpec(Base64.getDecoder().decode(publicKey));
        return KeyFactory.getInstance(ALGORITHM).generatePublic(spec);
    }
}
