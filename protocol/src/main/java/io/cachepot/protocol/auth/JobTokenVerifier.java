package io.cachepot.protocol.auth;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import io.jsonwebtoken.Claims;
import io.jsonwebtoken.ExpiredJwtException;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** Checks a worker's job tokens, without a round trip. Immutable. */
public final class JobTokenVerifier {
    private static final String HS256 = Jwts.SIG.HS256.getId();

    /** The secret with each scheduler, by the id of the scheduler's key. */
    private final Map<String, SecretKey> secrets = new HashMap<>();

    private final JwtParser parser;

    /**
     * Believes some schedulers.
     *
     * @param self the worker's own keys
     * @param schedulers as {@link JobTokenSigner#publicKey} gives them
     * @throws TokenException when one is not a key
     */
    public JobTokenVerifier(TokenKeyPair self, List<String> schedulers, InstantSource clock) {
        for (String scheduler : schedulers) {
            secrets.put(
                    JobTokenSigner.keyId(scheduler),
                    self.secret(scheduler, scheduler, self.publicKey()));
        }
        parser =
                Jwts.parser()
                        .keyLocator(header -> secrets.get(String.valueOf(header.get("kid"))))
                        .clock(() -> Date.from(clock.instant()))
                        .build();
    }

    /**
     * What {@code token} says.
     *
     * @throws TokenException when no scheduler we know signed it, it is expired, or it is
     *     incomplete
     */
    public JobTicket verify(String token) {
        return verify(token, JobTokenVerifier::jobTicket);
    }

    /** As {@link #verify(String)}, for the right to fetch something. */
    public FetchTicket verifyFetch(String token) {
        return verify(token, JobTokenVerifier::fetchTicket);
    }

    private <T> T verify(String token, BiFunction<Claims, Instant, T> reading) {
        if (secrets.isEmpty()) {
            throw new TokenException("no scheduler's key is known yet");
        }
        try {
            return read(token, reading);
        } catch (ExpiredJwtException e) {
            throw new TokenException("job token is expired", e);
        } catch (JwtException | IllegalArgumentException e) {
            throw invalid(e);
        }
    }

    private static TokenException invalid(Exception e) {
        return new TokenException("job token is not valid: " + e.getMessage(), e);
    }

    private <T> T read(String token, BiFunction<Claims, Instant, T> reading) {
        var jws = parser.parseSignedClaims(token);
        if (!HS256.equals(jws.getHeader().getAlgorithm())) {
            throw new TokenException("job token is not signed with " + HS256);
        }
        Claims claims = jws.getPayload();
        Date expiry = claims.getExpiration();
        if (expiry == null) {
            throw new TokenException("job token has no expiry");
        }
        return reading.apply(claims, expiry.toInstant());
    }

    private static JobTicket jobTicket(Claims claims, Instant expiry) {
        return new JobTicket(
                new JobId(text(claims.getSubject())),
                new WorkerId(text(claims.get(JobTokenSigner.WORKER_CLAIM, String.class))),
                Long.parseLong(text(claims.get(JobTokenSigner.INCARNATION_CLAIM, String.class))),
                ToolchainId.fromHex(text(claims.get(JobTokenSigner.TOOLCHAIN_CLAIM, String.class))),
                expiry);
    }

    private static FetchTicket fetchTicket(Claims claims, Instant expiry) {
        return new FetchTicket(
                FetchTicket.Kind.of(text(claims.get(JobTokenSigner.FETCH_CLAIM, String.class))),
                Digest.fromHex(text(claims.get(JobTokenSigner.DIGEST_CLAIM, String.class))),
                new WorkerId(text(claims.get(JobTokenSigner.WORKER_CLAIM, String.class))),
                Long.parseLong(text(claims.get(JobTokenSigner.INCARNATION_CLAIM, String.class))),
                expiry);
    }

    private static String text(@Nullable String claim) {
        return claim == null ? "" : claim;
    }
}
