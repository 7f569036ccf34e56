package io.cachepot.protocol.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.protocol.Examples;
import io.cachepot.protocol.WorkerId;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
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

    private final JobTokenSigner signer = new JobTokenSigner();
    private final JobTokenVerifier verifier =
            new JobTokenVerifier(List.of(signer.publicKey()), CLOCK);

    @Test
    void aJobTokenSaysWhatWasSigned() {
        assertThat(verifier.verify(signer.sign(TICKET))).isEqualTo(TICKET);
    }

    @Test
    void anyOfTheSchedulersMaySign() {
        // Given
        var other = new JobTokenSigner();
        var both = new JobTokenVerifier(List.of(other.publicKey(), signer.publicKey()), CLOCK);

        // Then
        assertThat(both.verify(signer.sign(TICKET))).isEqualTo(TICKET);
        assertThat(both.verify(other.sign(TICKET))).isEqualTo(TICKET);
    }

    @Test
    void refusesAStrangersSignature() {
        String token = new JobTokenSigner().sign(TICKET);
        assertThatThrownBy(() -> verifier.verify(token))
                .isInstanceOf(TokenException.class)
                .hasMessageStartingWith("job token is not valid");
    }

    @Test
    void refusesAnExpiredJobToken() {
        // Given
        var later = InstantSource.fixed(NOW.plus(Duration.ofMinutes(2)));
        var late = new JobTokenVerifier(List.of(signer.publicKey()), later);

        // Then
        assertThatThrownBy(() -> late.verify(signer.sign(TICKET)))
                .hasMessage("job token is expired");
    }

    @Test
    void refusesAChangedJobToken() {
        // Given
        String[] parts = signer.sign(TICKET).split("\\.", -1);
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
        String[] parts = signer.sign(TICKET).split("\\.", -1);
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
        assertThatThrownBy(() -> new JobTokenVerifier(List.of(), CLOCK).verify(signer.sign(TICKET)))
                .hasMessage("no scheduler's key is known yet");
    }

    @Test
    void aWorkerTokenNamesItsWorker() {
        // Given
        String key = Secrets.random(new SecureRandom(), 256);

        // When
        String token = new WorkerToken(key).sign(new WorkerId("w:1"));

        // Then
        assertThat(new WorkerToken(key).verify(token)).isEqualTo(new WorkerId("w:1"));
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
