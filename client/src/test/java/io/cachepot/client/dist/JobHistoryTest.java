package io.cachepot.client.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.JobForecast;
import io.cachepot.protocol.RunJobResult.Complete;
import org.junit.jupiter.api.Test;

class JobHistoryTest {
    private static final Digest UNIT = Digest.of(Bytes.utf8("unit"));

    private final JobHistory history = new JobHistory();

    @Test
    void nothingIsKnownOfANewUnit() {
        assertThat(history.forecast(UNIT)).isEqualTo(JobForecast.UNKNOWN);
    }

    @Test
    void theLastOnesCountMost() {
        // When
        history.took(UNIT, new Complete(0, 1_000_000, 1_000_000));
        for (int i = 0; i < 10; i++) {
            history.took(UNIT, new Complete(0, 100_000, 200_000));
        }

        // Then
        assertThat(history.forecast(UNIT).millis()).isBetween(100L, 110L);
        assertThat(history.forecast(UNIT).memoryBytes()).isBetween(200_000L, 210_000L);
    }

    @Test
    void aJobOfNoTimeIsKnownAllTheSame() {
        history.took(UNIT, new Complete(0, 3, 0));
        assertThat(history.forecast(UNIT)).isEqualTo(new JobForecast(1, 0));
    }

    @Test
    void memoryThatSomeWorkersDoNotTellIsThatOfTheOthers() {
        history.took(UNIT, new Complete(0, 1_000, 0));
        history.took(UNIT, new Complete(0, 1_000, 5_000));
        history.took(UNIT, new Complete(0, 1_000, 0));
        assertThat(history.forecast(UNIT).memoryBytes()).isEqualTo(5_000);
    }

    @Test
    void itIsBounded() {
        // When
        for (int i = 0; i < 30_000; i++) {
            history.took(Digest.of(Bytes.utf8("unit" + i)), new Complete(0, 1_000, 0));
        }

        // Then
        assertThat(history.forecast(Digest.of(Bytes.utf8("unit0")))).isEqualTo(JobForecast.UNKNOWN);
        assertThat(history.forecast(Digest.of(Bytes.utf8("unit29999"))).millis()).isEqualTo(1);
    }
}
