package io.cachepot.client.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.JobForecast;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HedgingTest {
    @Test
    void patienceGrowsWithTheForecast() {
        assertThat(Hedging.patience(new JobForecast(10, 0))).isEqualTo(Duration.ofSeconds(3));
        assertThat(Hedging.patience(new JobForecast(5_000, 0))).isEqualTo(Duration.ofSeconds(20));
        assertThat(Hedging.patience(JobForecast.UNKNOWN)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void oneInTwentyIsHedged() {
        // Given
        var hedging = new Hedging();
        int hedges = 0;

        // When
        for (int i = 0; i < 1_000; i++) {
            hedging.count();
            hedges += hedging.take() ? 1 : 0;
        }

        // Then
        assertThat(hedges).isBetween(50, 51);
    }
}
