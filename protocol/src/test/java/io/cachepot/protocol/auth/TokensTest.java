package io.cachepot.protocol.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.Examples;
import io.cachepot.protocol.WorkerId;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Keys;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokensTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);
    private static final JobTicket TICKET =
            new JobTicket(
                    Examples.JOB_ID,
                    Examples.WORKER,
                    7,
                    Examples.TOOLCHAIN,
                    NOW.plus(Duration.ofMinutes(1)));

    /** The point zero, with the header of an X25519 key (RFC 8410). */
    private static final String SMALL_ORDER =
            "MCowBQYDK2VuAyEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    private final TokenKeyPair worker = TokenKeyPair.create();
    private final JobTokenSigner signer = new JobTokenSigner();
    private final JobTokenVerifier verifier =
            new JobTokenVerifier(worker, List.of(signer.publicKey()), CLOCK);

    @Test
    void aJobTokenSaysWhatWasSigned() {
        assertThat(verifier.verify(signer.sign(TICKET, worker.publicKey()))).isEqualTo(TICKET);
    }

    @Test
    void aFetchTokenSaysWhatWasSigned() {
        var ticket =
                new FetchTicket(
                        FetchTicket.Kind.RESULT,
                        Examples.DIGEST,
                        Examples.WORKER,
                        7,
                        TICKET.expiry());
        assertThat(verifier.verifyFetch(signer.sign(ticket, worker.publicKey()))).isEqualTo(ticket);
    }

    /** Who may fetch something may not run a job past the scheduler, nor the other way round. */
    @Test
    void aTokenOfOneKindDoesNotPassForTheOther() {
        var fetch =
                new FetchTicket(
                        FetchTicket.Kind.TOOLCHAIN,
                        Examples.TOOLCHAIN.digest(),
                        Examples.WORKER,
                        7,
                        TICKET.expiry());
        String job = signer.sign(TICKET, worker.publicKey());
        String other = signer.sign(fetch, worker.publicKey());
        assertThatThrownBy(() -> verifier.verify(other)).isInstanceOf(TokenException.class);
        assertThatThrownBy(() -> verifier.verifyFetch(job)).isInstanceOf(TokenException.class);
    }

    @Test
    void anyOfTheSchedulersMaySign() {
        // Given
        var other = new JobTokenSigner();
        var both =
                new JobTokenVerifier(worker, List.of(other.publicKey(), signer.publicKey()), CLOCK);

        // Then
        assertThat(both.verify(signer.sign(TICKET, worker.publicKey()))).isEqualTo(TICKET);
        assertThat(both.verify(other.sign(TICKET, worker.publicKey()))).isEqualTo(TICKET);
    }

    @Test
    void refusesAStrangersSignature() {
        String token = new JobTokenSigner().sign(TICKET, worker.publicKey());
        assertThatThrownBy(() -> verifier.verify(token))
                .isInstanceOf(TokenException.class)
                .hasMessageStartingWith("job token is not valid");
    }

    @Test
    void refusesATokenForAnotherWorkersKey() {
        String token = signer.sign(TICKET, TokenKeyPair.create().publicKey());
        assertThatThrownBy(() -> verifier.verify(token))
                .isInstanceOf(TokenException.class)
                .hasMessageStartingWith("job token is not valid");
    }

    /** What names the scheduler's key and looks like its tokens. */
    private JwtBuilder withoutSignature() {
        return Jwts.builder()
                .header()
                .keyId(Digest.of(Bytes.utf8(signer.publicKey())).hex().substring(0, 16))
                .and()
                .subject(TICKET.job().hex())
                .expiration(Date.from(TICKET.expiry()));
    }

    /** A public key is known to all; as a secret of HMAC it must be worth nothing. */
    @Test
    void refusesATokenThatIsSignedWithAPublicKey() {
        for (String known : List.of(signer.publicKey(), worker.publicKey())) {
            for (byte[] secret :
                    List.of(known.getBytes(UTF_8), Base64.getDecoder().decode(known))) {
                // When
                String token =
                        withoutSignature()
                                .signWith(Keys.hmacShaKeyFor(secret), Jwts.SIG.HS256)
                                .compact();

                // Then
                assertThatThrownBy(() -> verifier.verify(token))
                        .isInstanceOf(TokenException.class)
                        .hasMessageStartingWith("job token is not valid");
            }
        }
    }

    @Test
    void refusesAnAsymmetricSignature() {
        // Given
        String token =
                withoutSignature()
                        .signWith(Jwts.SIG.ES256.keyPair().build().getPrivate())
                        .compact();

        // Then
        assertThatThrownBy(() -> verifier.verify(token))
                .isInstanceOf(TokenException.class)
                .hasMessageStartingWith("job token is not valid");
    }

    /** Of small order: whoever uses it agrees on a secret that everybody knows. */
    @Test
    void refusesKeysThatAreNone() {
        for (String key : List.of("", "AAAA", "no base64!", SMALL_ORDER)) {
            assertThatThrownBy(() -> signer.meet(key))
                    .isInstanceOf(TokenException.class)
                    .hasMessage("token key is not an X25519 public key");
            assertThatThrownBy(() -> new JobTokenVerifier(worker, List.of(key), CLOCK))
                    .isInstanceOf(TokenException.class)
                    .hasMessage("token key is not an X25519 public key");
        }
    }

    @Test
    void refusesAnExpiredJobToken() {
        // Given
        var later = InstantSource.fixed(NOW.plus(Duration.ofMinutes(2)));
        var late = new JobTokenVerifier(worker, List.of(signer.publicKey()), later);

        // Then
        assertThatThrownBy(() -> late.verify(signer.sign(TICKET, worker.publicKey())))
                .hasMessage("job token is expired");
    }

    @Test
    void refusesAChangedJobToken() {
        // Given
        String[] parts = signer.sign(TICKET, worker.publicKey()).split("\\.", -1);
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
        String changed = claims.replace("10.0.0.7", "10.0.0.8");
        assertThat(changed).isNotEqualTo(claims);

        // When
        String token =
                parts[0]
                        + "."
                        + Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(changed.getBytes(UTF_8))
                        + "."
                        + parts[2];

        // Then
        assertThatThrownBy(() -> verifier.verify(token)).isInstanceOf(TokenException.class);
    }

    @Test
    void refusesAnUnsignedJobToken() {
        // Given
        String[] parts = signer.sign(TICKET, worker.publicKey()).split("\\.", -1);
        String header =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("{\"alg\":\"none\"}".getBytes(UTF_8));

        // Then
        assertThatThrownBy(() -> verifier.verify(header + "." + parts[1] + "."))
                .isInstanceOf(TokenException.class);
    }

    @Test
    void refusesNoise() {
        for (String noise : List.of("", ".", "..", "a.b.c", "x", "\u0000")) {
            assertThatThrownBy(() -> verifier.verify(noise)).isInstanceOf(TokenException.class);
        }
    }

    @Test
    void withoutKeysNobodyIsBelieved() {
        assertThatThrownBy(() ->
                        new JobTokenVerifier(worker, List.of(), CLOCK)
                                .verify(signer.sign(TICKET, worker.publicKey())))
                .hasMessage("no scheduler's key is known yet");
    }

    @Test
    void aWorkerTokenNamesItsWorker() {
        // Given
        String key = Secrets.random(new SecureRandom(), 256);

        // When
        String token = new WorkerToken(key).sign(new WorkerId("w:1"));

        // Then
        assertThat(new WorkerToken(key).verify(token).worker()).isEqualTo(new WorkerId("w:1"));
        String other = Secrets.random(new SecureRandom(), 256);
        assertThatThrownBy(() -> new WorkerToken(other).verify(token))
                .isInstanceOf(TokenException.class);
    }

    @Test
    void sharedTokensHaveTheAskedStrength() {
        // When
        String secret = Secrets.random(new SecureRandom(), 256);

        // Then
        assertThat(Base64.getUrlDecoder().decode(secret)).hasSize(32);
        assertThat(Secrets.areEqual(secret, secret)).isTrue();
        assertThat(Secrets.areEqual(secret, secret + "x")).isFalse();
    }
}
