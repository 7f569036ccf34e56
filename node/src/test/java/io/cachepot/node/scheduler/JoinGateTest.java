package io.cachepot.node.scheduler;

import static io.cachepot.node.scheduler.Workers.A;
import static io.cachepot.node.scheduler.Workers.B;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.WorkerId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class JoinGateTest {
    private static final WorkerId C = new WorkerId("c:3");

    private final JoinGate gate = new JoinGate();
    private long now;

    private boolean asks(WorkerId worker) {
        return gate.mayJoin(worker, /* isMember= */ false, now);
    }

    private boolean reportsAsMember(WorkerId worker) {
        return gate.mayJoin(worker, /* isMember= */ true, now);
    }

    @Test
    void oneComesAfterTheOther() {
        assertThat(asks(A)).isTrue();
        assertThat(asks(B)).isFalse();
        assertThat(asks(A)).isTrue();
        assertThat(reportsAsMember(A)).isTrue();
        assertThat(asks(B)).isTrue();
        assertThat(asks(C)).isFalse();
    }

    @Test
    void membersAreToldAtAnyTime() {
        // Given
        asks(A);

        // Then
        assertThat(reportsAsMember(B)).isTrue();
        assertThat(asks(C)).isFalse();
    }

    @Test
    void aTurnEnds() {
        // Given
        asks(A);
        asks(B);

        // When
        now += Duration.ofSeconds(15).toNanos();

        // Then
        assertThat(asks(A)).isFalse();
        assertThat(asks(B)).isTrue();
        assertThat(asks(A)).isFalse();
    }

    @Test
    void whoIsAloneMayTryAgain() {
        // Given
        asks(A);

        // When
        now += Duration.ofSeconds(15).toNanos();

        // Then
        assertThat(asks(A)).isTrue();
    }

    @Test
    void whoWaitedAndWentAwayHoldsNobodyUpForLong() {
        // Given
        asks(A);
        asks(B);
        now += Duration.ofSeconds(15).toNanos();

        // When
        boolean first = asks(A);
        now += Duration.ofSeconds(15).toNanos();

        // Then
        assertThat(first).isFalse();
        assertThat(asks(A)).isTrue();
    }
}
