package io.cachepot.protocol.auth;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.jsonwebtoken.Jwts;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Date;

/**
 * A scheduler's pen: signs job tokens with a P-256 key of its own, made at start, that never leaves
 * it. With the JDK's providers an ES256 signature costs a third of an Ed25519 one, and a scheduler
 * makes one for each grant.
 */
public final class JobTokenSigner {
    static final String ALGORITHM = "EC";
    private static final String CURVE = "secp256r1";
    static final String WORKER_CLAIM = "worker";
    static final String INCARNATION_CLAIM = "incarnation";
    static final String TOOLCHAIN_CLAIM = "toolchain";

    private final KeyPair keys;
    private final String keyId;

    public JobTokenSigner() {
        try {
            var generator = KeyPairGenerator.getInstance(ALGORITHM);
            generator.initialize(new ECGenParameterSpec(CURVE));
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("JDK 25 has " + CURVE, e);
        }
        keyId = keyId(publicKey());
    }

    /** The key that workers check with: X.509 encoding, base64. */
    public String publicKey() {
        return Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    }

    /** By which a verifier finds the key among those of all schedulers. */
    static String keyId(String publicKey) {
        return Digest.of(Bytes.utf8(publicKey)).hex().substring(0, 16);
    }

    public String sign(JobTicket ticket) {
        return Jwts.builder()
                .header()
                .keyId(keyId)
                .and()
                .subject(ticket.job().hex())
                .claim(WORKER_CLAIM, ticket.worker().address())
                .claim(INCARNATION_CLAIM, Long.toString(ticket.incarnation()))
                .claim(TOOLCHAIN_CLAIM, ticket.toolchain().hex())
                .expiration(Date.from(ticket.expiry()))
                .signWith(keys.getPrivate(), Jwts.SIG.ES256)
                .compact();
    }
}
