package io.cachepot.client.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SchedulerHealthTest {
    private static final long SECOND = 1_000_000_000L;

    /** The hash of "a" is 97, of "b" 98. */
    private final SchedulerHealth health = new SchedulerHealth(2, "b", new Random(1));

    @Test
    void clientsPreferDifferentSchedulers() {
        assertThat(health.order(0)).containsExactly(0, 1);
        assertThat(new SchedulerHealth(2, "a", new Random(1)).order(0)).containsExactly(1, 0);
    }

    @Test
    void theOneThatAnswersIsAskedFirstFromThenOn() {
        // When
        health.failed(0, 0);
        health.answered(1, 0);

        // Then
        assertThat(health.inUse()).isEqualTo(1);
        assertThat(health.order(2 * SECOND)).containsExactly(1, 0);
    }

    @Test
    void oneThatFailedIsAskedLastUntilItsPauseIsOver() {
        // Given
        health.failed(0, 0);

        // Then
        assertThat(health.order(SECOND / 2)).containsExactly(1, 0);
        assertThat(health.order(2 * SECOND)).containsExactly(0, 1);
    }

    @Test
    void pausesDoubleUpToHalfAMinute() {
        long now = 0;
        for (int i = 0; i < 20; i++) {
            health.failed(0, now);
            health.failed(1, now);
            assertThat(health.isOutage(now + SECOND / 2)).isTrue();
            assertThat(health.isOutage(now + 3 * SECOND)).as("recovery is noticed").isFalse();
            now += 41 * SECOND;
        }
    }

    @Test
    void anOutageEndsWithTheFirstAnswer() {
        // Given
        health.failed(0, 0);
        health.failed(1, 0);
        assertThat(health.isOutage(SECOND / 2)).isTrue();

        // When
        health.answered(1, SECOND / 2);

        // Then
        assertThat(health.isOutage(SECOND / 2)).isFalse();
    }

    @Test
    void thePreferredOneIsTriedAgainByOneCallAfterAWhile() {
        // Given
        health.failed(0, 0);
        health.answered(1, 0);

        // Then
        assertThat(health.order(20 * SECOND)).containsExactly(1, 0);
        assertThat(health.order(40 * SECOND)).containsExactly(0, 1);
        assertThat(health.order(40 * SECOND)).containsExactly(1, 0);

        // When
        health.answered(0, 40 * SECOND);

        // Then
        assertThat(health.order(41 * SECOND)).containsExactly(0, 1);
    }

    @Test
    void clientsDoNotComeBackAtTheSameMoment() {
        // Given
        var random = new Random(3);

        // When
        long back =
                IntStream.range(0, 100)
                        .filter(client -> {
                            var one = new SchedulerHealth(2, "b", random);
                            one.failed(0, 0);
                            one.answered(1, 0);
                            return one.order(30 * SECOND).getFirst() == 0;
                        })
                        .count();

        // Then
        assertThat(back).isBetween(20L, 80L);
    }
}
