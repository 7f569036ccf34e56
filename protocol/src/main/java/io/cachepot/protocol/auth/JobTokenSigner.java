package io.cachepot.protocol.auth;

import io.jsonwebtoken.Jwts;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Date;

/**
 * A scheduler's pen: signs job tokens with an Ed25519 key of its own, made at start, that never
 * leaves it.
 */
public final class JobTokenSigner {
    static final String ALGORITHM = "Ed25519";
    static final String WORKER_CLAIM = "worker";
    static final String INCARNATION_CLAIM = "incarnation";
    static final String TOOLCHAIN_CLAIM = "toolchain";

    private final KeyPair keys;

    public JobTokenSigner() {
        try {
            keys = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("JDK 25 has Ed25519", e);
        }
    }

    /** The key that workers check with: X.509 encoding, base64. */
    public String publicKey() {
        return Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    }

    public String sign(JobTicket ticket) {
        return Jwts.builder()
                .subject(ticket.job().hex())
                .claim(WORKER_CLAIM, ticket.worker().address())
                .claim(INCARNATION_CLAIM, Long.toString(ticket.incarnation()))
                .claim(TOOLCHAIN_CLAIM, ticket.toolchain().hex())
                .expiration(Date.from(ticket.expiry()))
                .signWith(keys.getPrivate(), Jwts.SIG.EdDSA)
                .compact();
    }
}
