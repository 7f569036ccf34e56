package io.cachepot.node.auth;

import io.cachepot.config.ClientAuth;
import io.cachepot.protocol.auth.TokenException;
import io.jsonwebtoken.Claims;
import io.jsonwebtoken.ExpiredJwtException;
import io.jsonwebtoken.Header;
import io.jsonwebtoken.InvalidClaimException;
import io.jsonwebtoken.Jws;
import io.jsonwebtoken.JwsHeader;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.PrematureJwtException;
import io.jsonwebtoken.security.EcPublicJwk;
import io.jsonwebtoken.security.OctetPublicJwk;
import io.jsonwebtoken.security.PublicJwk;
import io.jsonwebtoken.security.RsaPublicJwk;
import java.security.Key;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who shows a JWT of an identity provider: signed by one of its keys with RS256, ES256 or
 * EdDSA, for us, and not expired. The key decides what a signature must look like, not the token:
 * one that calls a public key a secret (HS256), or says that it needs no signature, is refused.
 */
final class JwtDoor implements ClientDoor {
    /** Between the provider's clock and ours. */
    private static final Duration SKEW_MAX = Duration.ofMinutes(1);

    /** Longer ones are no tokens that a provider makes; parsing them costs. */
    private static final int TOKEN_CHARS_MAX = 16_384;

    /** What kind of key makes which signature. */
    private static final Map<String, Predicate<PublicJwk<?>>> ALGORITHMS =
            Map.of(
                    "RS256", key -> key instanceof RsaPublicJwk,
                    "ES256", key -> key instanceof EcPublicJwk,
                    "EdDSA", key -> key instanceof OctetPublicJwk);

    private final JwksKeys keys;
    private final JwtParser parser;
    private final ClientAuth.JwtValidate auth;

    JwtDoor(ClientAuth.JwtValidate auth, JwksKeys keys, InstantSource clock) {
        this.auth = auth;
        this.keys = keys;
        parser =
                Jwts.parser()
                        .sig()
                        .clear()
                        .add(List.of(Jwts.SIG.RS256, Jwts.SIG.ES256, Jwts.SIG.EdDSA))
                        .and()
                        .keyLocator(this::key)
                        .requireIssuer(auth.issuer())
                        .requireAudience(auth.audience())
                        .clockSkewSeconds(SKEW_MAX.toSeconds())
                        .clock(() -> Date.from(clock.instant()))
                        .build();
    }

    @Override
    public void check(String bearer) {
        if (bearer.isEmpty()) {
            throw new TokenException(
                    "no client token is shown, expected a JWT of "
                            + auth.issuer()
                            + "; run `cachepot --dist-auth`");
        }
        if (bearer.length() > TOKEN_CHARS_MAX) {
            throw new TokenException("client token is too long to be a JWT");
        }
        try {
            Jws<Claims> token = parser.parseSignedClaims(bearer);
            if (token.getPayload().getExpiration() == null) {
                throw new TokenException("client token has no expiry");
            }
        } catch (ExpiredJwtException e) {
            throw new TokenException(
                    "client token is expired; run `cachepot --dist-auth` for a new one", e);
        } catch (PrematureJwtException e) {
            throw new TokenException("client token is not good yet; are the clocks right?", e);
        } catch (InvalidClaimException e) {
            throw new TokenException(
                    "client token has another '"
                            + e.getClaimName()
                            + "' than client_auth asks for: audience '"
                            + auth.audience()
                            + "', issuer '"
                            + auth.issuer()
                            + "'",
                    e);
        } catch (JwtException | IllegalArgumentException e) {
            // Its words may quote the token.
            throw new TokenException(
                    "client token is not a JWT that "
                            + auth.issuer()
                            + " signed with RS256, ES256 or EdDSA",
                    e);
        }
    }

    private @Nullable Key key(Header header) {
        if (!(header instanceof JwsHeader signed)) {
            return null;
        }
        Predicate<PublicJwk<?>> fits = ALGORITHMS.get(String.valueOf(signed.getAlgorithm()));
        if (fits == null) {
            return null;
        }
        String id = signed.getKeyId() == null ? "" : signed.getKeyId();
        List<PublicJwk<?>> found =
                keys.find(id).stream()
                        .filter(fits)
                        .filter(key ->
                                key.getAlgorithm() == null
                                        || key.getAlgorithm().equals(signed.getAlgorithm()))
                        .toList();
        // Of several it can not be told which one is meant.
        return found.size() == 1 ? found.getFirst().toKey() : null;
    }
}
