package io.cachepot.node.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.protocol.auth.JobTicket;
import io.cachepot.protocol.auth.JobTokenSigner;
import io.cachepot.protocol.auth.TokenException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SchedulerKeysTest {
    private static final JobTicket TICKET = Jobs.ticket(1);

    private final JobTokenSigner first = new JobTokenSigner();
    private final JobTokenSigner second = new JobTokenSigner();
    private long nanos;
    private final SchedulerKeys keys =
            new SchedulerKeys(Jobs.SELF.tokenKeys(), InstantSource.fixed(Jobs.NOW), () -> nanos);

    private JobTicket verify(JobTokenSigner signer) {
        return keys.verifier().verify(signer.sign(TICKET, Jobs.TOKEN_KEY));
    }

    @Test
    void believesNobodyBeforeASchedulerSpoke() {
        assertThatThrownBy(() -> verify(first))
                .isInstanceOf(TokenException.class)
                .hasMessage("no scheduler's key is known yet");
    }

    @Test
    void believesEverySchedulerThatWasHeardOf() {
        // When
        keys.heard(List.of(first.publicKey()));
        keys.heard(List.of(second.publicKey()));

        // Then
        assertThat(verify(first)).isEqualTo(TICKET);
        assertThat(verify(second)).isEqualTo(TICKET);
    }

    @Test
    void believesSilentSchedulerForTenMinutes() {
        // Given
        keys.heard(List.of(first.publicKey(), second.publicKey()));
        nanos += Duration.ofMinutes(6).toNanos();
        keys.heard(List.of(second.publicKey()));

        // When
        nanos += Duration.ofMinutes(4).toNanos();
        var before = verify(first);
        nanos += Duration.ofMinutes(1).toNanos();

        // Then
        assertThat(before).isEqualTo(TICKET);
        assertThat(verify(second)).isEqualTo(TICKET);
        assertThatThrownBy(() -> verify(first)).isInstanceOf(TokenException.class);
    }

    @Test
    void takesNoneOfKeysOfWhichOneIsDamaged() {
        // Given
        var damaged = List.of(first.publicKey(), "AAAA");

        // When
        assertThatThrownBy(() -> keys.heard(damaged))
                // Then
                .isInstanceOf(TokenException.class)
                .hasMessage("token key is not an X25519 public key");
        assertThatThrownBy(() -> verify(first)).isInstanceOf(TokenException.class);
    }
}
