package io.cachepot.client.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentFailuresTest {
    private final AtomicLong now = new AtomicLong();
    private final RecentFailures<String> failures =
            new RecentFailures<>(Duration.ofSeconds(60), now::get);

    @Test
    void believesAFailureForAWhile() {
        // Given
        failures.remember("gcc", "disk full");

        // When
        now.addAndGet(Duration.ofSeconds(60).toNanos());

        // Then
        assertThat(failures.recall("gcc")).contains("disk full");
        assertThat(failures.recall("clang")).isEmpty();
    }

    @Test
    void thenItIsWorthTryingAgain() {
        // Given
        failures.remember("gcc", "disk full");

        // When
        now.addAndGet(Duration.ofSeconds(61).toNanos());

        // Then
        assertThat(failures.recall("gcc")).isEmpty();
    }

    @Test
    void aFloodOfFailuresIsBounded() {
        // When
        for (int i = 0; i < 5_000; i++) {
            failures.remember("compiler " + i, "no");
        }

        // Then
        assertThat(failures.recall("compiler 0")).isEmpty();
        assertThat(failures.recall("compiler 4999")).contains("no");
    }
}
