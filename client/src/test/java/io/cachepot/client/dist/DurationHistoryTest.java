package io.cachepot.client.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import org.junit.jupiter.api.Test;

class DurationHistoryTest {
    private static final Digest UNIT = Digest.of(Bytes.utf8("unit"));

    private final DurationHistory history = new DurationHistory();

    @Test
    void nothingIsKnownOfANewUnit() {
        assertThat(history.forecastMillis(UNIT)).isZero();
    }

    @Test
    void theLastOnesCountMost() {
        // When
        history.took(UNIT, 1_000_000);
        for (int i = 0; i < 10; i++) {
            history.took(UNIT, 100_000);
        }

        // Then
        assertThat(history.forecastMillis(UNIT)).isBetween(100L, 110L);
    }

    @Test
    void aJobOfNoTimeIsKnownAllTheSame() {
        history.took(UNIT, 3);
        assertThat(history.forecastMillis(UNIT)).isEqualTo(1);
    }

    @Test
    void itIsBounded() {
        // When
        for (int i = 0; i < 30_000; i++) {
            history.took(Digest.of(Bytes.utf8("unit" + i)), 1_000);
        }

        // Then
        assertThat(history.forecastMillis(Digest.of(Bytes.utf8("unit0")))).isZero();
        assertThat(history.forecastMillis(Digest.of(Bytes.utf8("unit29999")))).isEqualTo(1);
    }
}
