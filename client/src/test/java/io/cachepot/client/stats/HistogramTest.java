package io.cachepot.client.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {
    @ParameterizedTest
    @ValueSource(
            longs = {1_024, 1_279, 1_280, 5_000, 999_999, 1_000_000_000, 1L << 39, (1L << 40) - 1})
    void aBucketIsAtMostAQuarterWide(long nanos) {
        long below = Histogram.nanosBelow(Histogram.bucket(nanos));
        assertThat(below).isGreaterThan(nanos).isLessThanOrEqualTo(nanos + nanos / 4 + 1);
    }

    @Test
    void bucketsFollowEachOtherWithoutGaps() {
        for (int bucket = 0; bucket + 1 < Histogram.BUCKETS; bucket++) {
            long limit = Histogram.nanosBelow(bucket);
            assertThat(Histogram.bucket(limit - 1)).isEqualTo(bucket);
            assertThat(Histogram.bucket(limit)).isEqualTo(bucket + 1);
        }
    }

    @Test
    void whatIsOutsideIsInTheBucketsAtTheEnds() {
        assertThat(Histogram.bucket(-1)).isZero();
        assertThat(Histogram.bucket(0)).isZero();
        assertThat(Histogram.bucket(Long.MAX_VALUE)).isEqualTo(Histogram.BUCKETS - 1);
    }

    @Test
    void percentilesAreThoseOfTheValues() {
        // Given
        var histogram = new Histogram();
        LongStream.rangeClosed(1, 100).map(millis -> millis * 1_000_000).forEach(histogram::add);

        // Then
        assertThat(histogram.total()).isEqualTo(100);
        assertThat(histogram.percentileNanos(0.5)).isBetween(50_000_000L, 63_000_000L);
        assertThat(histogram.percentileNanos(0.95)).isBetween(95_000_000L, 119_000_000L);
    }

    @Test
    void ofNothingThePercentileIsZero() {
        assertThat(new Histogram().percentileNanos(0.5)).isZero();
    }
}
