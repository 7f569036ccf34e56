package io.cachepot.node.scheduler;

import static io.cachepot.node.scheduler.Workers.A;
import static io.cachepot.node.scheduler.Workers.B;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkerHealthTest {
    private static final long SECOND = 1_000_000_000L;

    private final WorkerHealth health = new WorkerHealth();

    @Test
    void aClientIsKeptFromTheWorkerThatFailedIt() {
        // When
        health.failed(A, "u", 0);

        // Then
        assertThat(health.mayServe(A, "u", SECOND / 2)).isFalse();
        assertThat(health.mayServe(A, "u", SECOND)).isTrue();
        assertThat(health.mayServe(A, "v", 0)).isTrue();
        assertThat(health.mayServe(B, "u", 0)).isTrue();
    }

    @Test
    void eachPauseIsTwiceTheOneBefore() {
        // When
        long now = 0;
        for (long pause = 1; pause <= 64; pause *= 2) {
            health.failed(A, "u", now);
            assertThat(health.mayServe(A, "u", now + pause * SECOND - 1)).isFalse();
            now += pause * SECOND;
            assertThat(health.mayServe(A, "u", now)).isTrue();
        }

        // Then
        health.failed(A, "u", now);
        assertThat(health.mayServe(A, "u", now + 64 * SECOND)).isTrue();
        now += (64 + 121) * SECOND;
        health.failed(A, "u", now);
        assertThat(health.mayServe(A, "u", now + SECOND)).isTrue();
    }

    @Test
    void oneClientsWordDoesNotKeepAWorkerFromTheOthersItServes() {
        // Given
        for (int i = 0; i < 10; i++) {
            health.failed(A, "liar", i);
            health.ended(A, "honest", i);
        }

        // Then
        health.failed(A, "liar", 20);
        assertThat(health.permitsMax(A, 21)).isEqualTo(Integer.MAX_VALUE);
        assertThat(health.mayServe(A, "liar", 21)).isFalse();
    }

    @Test
    void aWorkerThatFailsTwoClientsIsTriedWithOneJobFirst() {
        // Given
        health.failed(A, "u", 0);
        health.failed(A, "v", 0);

        // Then
        assertThat(health.permitsMax(A, SECOND - 1)).isZero();
        assertThat(health.permitsMax(A, SECOND)).isEqualTo(1);

        // When
        health.ended(A, "u", SECOND + 1);

        // Then
        assertThat(health.permitsMax(A, SECOND + 2)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void aProbeThatFailsDoublesTheQuarantine() {
        // Given
        health.failed(A, "u", 0);
        health.failed(A, "u", 0);
        assertThat(health.permitsMax(A, SECOND)).isEqualTo(1);

        // When
        health.failed(A, "u", SECOND);

        // Then
        assertThat(health.permitsMax(A, 3 * SECOND - 1)).isZero();
        assertThat(health.permitsMax(A, 3 * SECOND)).isEqualTo(1);
    }

    @Test
    void aFewFailuresAmongManyJobsMeanNothing() {
        // When
        for (int i = 0; i < 1_000; i++) {
            health.failed(A, i % 2 == 0 ? "u" : "v", i);
            for (int k = 0; k < 10; k++) {
                health.ended(A, "u", i);
                health.ended(A, "v", i);
            }
            if (i == 0) {
                health.restarted(A);
                health.failed(A, "u", 0);
                for (int k = 0; k < 20; k++) {
                    health.ended(A, "u", 0);
                    health.ended(A, "v", 0);
                }
            }
        }

        // Then
        assertThat(health.permitsMax(A, 1_001)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void manyClientsAreRememberedOnlyInBounds() {
        // When
        for (int i = 0; i < 10_000; i++) {
            health.failed(A, "client" + i, i * SECOND);
        }

        // Then
        assertThat(health.permitsMax(B, 0)).isEqualTo(Integer.MAX_VALUE);
        assertThat(health.mayServe(A, "client9999", 9_999 * SECOND)).isFalse();
    }
}
