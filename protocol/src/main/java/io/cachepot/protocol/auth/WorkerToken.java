package io.cachepot.protocol.auth;

import io.cachepot.protocol.WorkerId;
import io.jsonwebtoken.ExpiredJwtException;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Keys;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Objects;
import javax.crypto.SecretKey;

/**
 * Who a worker is, as the cluster's keeper wrote it down: a JWT (RFC 7519), HS256, with the one
 * claim {@code worker_url = "host:port"}, as cachepot makes it; one that ends has an id as well.
 */
public final class WorkerToken {
    private static final String WORKER_CLAIM = "worker_url";
    private static final int KEY_BYTES = 32;
    private static final int ID_BITS = 96;

    private final SecretKey key;
    private final JwtParser parser;

    /**
     * Tokens of one cluster.
     *
     * @param secretKey 32 bytes, URL-safe base64 without padding
     * @throws TokenException when it is not
     */
    public WorkerToken(String secretKey) {
        key = Keys.hmacShaKeyFor(decode(secretKey));
        parser = Jwts.parser().verifyWith(key).build();
    }

    private static byte[] decode(String secretKey) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(secretKey);
        } catch (IllegalArgumentException e) {
            throw new TokenException("secret_key is not URL-safe base64", e);
        }
        if (bytes.length != KEY_BYTES) {
            throw new TokenException(
                    "secret_key has "
                            + bytes.length
                            + " bytes, expected "
                            + KEY_BYTES
                            + " (make one with 'cachepot-dist auth generate-jwt-hs256-key')");
        }
        return bytes;
    }

    /** One without an end, as cachepot makes it; it can be revoked by the worker's address. */
    public String sign(WorkerId worker) {
        return builder(worker).compact();
    }

    /** One that is good until {@code expiry}, with an id by which it can be revoked alone. */
    public String sign(WorkerId worker, Instant expiry) {
        return builder(worker)
                .id(Secrets.random(new SecureRandom(), ID_BITS))
                .expiration(Date.from(expiry))
                .compact();
    }

    private JwtBuilder builder(WorkerId worker) {
        return Jwts.builder().claim(WORKER_CLAIM, worker.address()).signWith(key, Jwts.SIG.HS256);
    }

    /**
     * What a token says.
     *
     * @param id by which it can be revoked; empty for one without an end
     */
    public record Verified(WorkerId worker, String id) {}

    /**
     * The worker that {@code token} names.
     *
     * @throws TokenException when it is not signed with this key, is expired, or names none
     */
    public Verified verify(String token) {
        try {
            var claims = parser.parseSignedClaims(token);
            if (!Jwts.SIG.HS256.getId().equals(claims.getHeader().getAlgorithm())) {
                throw new TokenException("worker token is not signed with HS256");
            }
            String worker = claims.getPayload().get(WORKER_CLAIM, String.class);
            return new Verified(
                    new WorkerId(Objects.requireNonNullElse(worker, "")),
                    Objects.requireNonNullElse(claims.getPayload().getId(), ""));
        } catch (ExpiredJwtException e) {
            throw new TokenException(
                    "worker token is expired; make another with 'cachepot-dist auth"
                            + " generate-jwt-hs256-worker-token'",
                    e);
        } catch (JwtException | IllegalArgumentException e) {
            throw new TokenException("worker token is not valid: " + e.getMessage(), e);
        }
    }
}
