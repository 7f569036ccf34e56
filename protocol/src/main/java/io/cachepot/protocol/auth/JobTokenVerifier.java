package io.cachepot.protocol.auth;

import io.cachepot.protocol.JobId;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import io.jsonwebtoken.Claims;
import io.jsonwebtoken.ExpiredJwtException;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks job tokens against the public keys of the schedulers, without a round trip. Immutable. */
public final class JobTokenVerifier {
    private static final String ES256 = Jwts.SIG.ES256.getId();

    /** By its id. */
    private final Map<String, PublicKey> keys = new HashMap<>();

    private final JwtParser parser;

    /**
     * Believes the holders of {@code publicKeys}.
     *
     * @param publicKeys as {@link JobTokenSigner#publicKey} gives them
     * @throws TokenException when one is not an EC public key
     */
    public JobTokenVerifier(List<String> publicKeys, InstantSource clock) {
        publicKeys.forEach(key -> keys.put(JobTokenSigner.keyId(key), decode(key)));
        parser =
                Jwts.parser()
                        .keyLocator(header -> keys.get(String.valueOf(header.get("kid"))))
                        .clock(() -> Date.from(clock.instant()))
                        .build();
    }

    private static PublicKey decode(String publicKey) {
        try {
            var spec = new X509EncodedKeySpec(Base64.getDecoder().decode(publicKey));
            return KeyFactory.getInstance(JobTokenSigner.ALGORITHM).generatePublic(spec);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new TokenException("token key is not an EC public key", e);
        }
    }

    /**
     * What {@code token} says.
     *
     * @throws TokenException when no scheduler we know signed it, it is expired, or it is
     *     incomplete
     */
    public JobTicket verify(String token) {
        if (keys.isEmpty()) {
            throw new TokenException("no scheduler's key is known yet");
        }
        try {
            return read(parser, token);
        } catch (ExpiredJwtException e) {
            throw new TokenException("job token is expired", e);
        } catch (JwtException | IllegalArgumentException e) {
            throw invalid(e);
        }
    }

    private static TokenException invalid(Exception e) {
        return new TokenException("job token is not valid: " + e.getMessage(), e);
    }

    private static JobTicket read(JwtParser parser, String token) {
        var jws = parser.parseSignedClaims(token);
        if (!ES256.equals(jws.getHeader().getAlgorithm())) {
            throw new TokenException("job token is not signed with " + ES256);
        }
        Claims claims = jws.getPayload();
        Date expiry = claims.getExpiration();
        if (expiry == null) {
            throw new TokenException("job token has no expiry");
        }
        return new JobTicket(
                new JobId(text(claims.getSubject())),
                new WorkerId(text(claims.get(JobTokenSigner.WORKER_CLAIM, String.class))),
                Long.parseLong(text(claims.get(JobTokenSigner.INCARNATION_CLAIM, String.class))),
                ToolchainId.fromHex(text(claims.get(JobTokenSigner.TOOLCHAIN_CLAIM, String.class))),
                expiry.toInstant());
    }

    private static String text(@Nullable String claim) {
        return claim == null ? "" : claim;
    }
}
