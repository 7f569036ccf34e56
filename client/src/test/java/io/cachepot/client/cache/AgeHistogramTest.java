package io.cachepot.client.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AgeHistogramTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final Usage ONE = new Usage(4096, 1);

    @Test
    void takesTheOldestAndNoMoreThanNeeded() {
        // Given
        var ages = new AgeHistogram(NOW);
        for (int hours = 1; hours <= 10; hours++) {
            ages.add(ONE, NOW - hours * 3_600_000L);
        }

        // When
        var cut = ages.cut(new Limits(7 * 4096, 0));

        // Then
        for (int hours = 1; hours <= 10; hours++) {
            assertThat(cut.takes(ONE, NOW - hours * 3_600_000L)).isEqualTo(hours > 7);
        }
    }

    @Test
    void ofEntriesThatAreEquallyOldItTakesAsManyAsItMust() {
        // Given
        var ages = new AgeHistogram(NOW);
        for (int i = 0; i < 10; i++) {
            ages.add(ONE, NOW - 5_000);
        }

        // When
        var cut = ages.cut(new Limits(Long.MAX_VALUE, 4));
        int taken = 0;
        for (int i = 0; i < 10; i++) {
            taken += cut.takes(ONE, NOW - 5_000) ? 1 : 0;
        }

        // Then
        assertThat(taken).isEqualTo(6);
    }

    @Test
    void takesNothingWhenAllKeepsToTheLimit() {
        // Given
        var ages = new AgeHistogram(NOW);
        ages.add(ONE, 0);

        // Then
        assertThat(ages.cut(new Limits(4096, 1)).takes(ONE, 0)).isFalse();
    }

    @Test
    void anyTimeHasItsPlace() {
        for (long time : new long[] {0, NOW, NOW + 1, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
            // Given
            var ages = new AgeHistogram(NOW);
            ages.add(ONE, time);

            // Then
            assertThat(ages.total()).isEqualTo(ONE);
            assertThat(ages.cut(new Limits(1, 0)).takes(ONE, time)).as("%d", time).isTrue();
        }
    }

    @Test
    void whatGoesIsOlderThanWhatStaysButForASixtyFourth() {
        // Given
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var ages = new AgeHistogram(NOW);
        var used = new ArrayList<Long>();
        for (int i = 0; i < 10_000; i++) {
            used.add(NOW - random.nextLong(1L << (1 + random.nextInt(40))));
            ages.add(ONE, used.getLast());
        }

        // When
        var cut = ages.cut(new Limits(4096 * 6_000, 0));
        long youngestGone = Long.MAX_VALUE;
        long oldestLeft = 0;
        int gone = 0;
        for (long time : used) {
            if (cut.takes(ONE, time)) {
                gone++;
                youngestGone = Math.min(youngestGone, NOW - time);
            } else {
                oldestLeft = Math.max(oldestLeft, NOW - time);
            }
        }

        // Then
        assertThat(gone).as("seed %d", seed).isEqualTo(4_000);
        assertThat(oldestLeft)
                .as("seed %d", seed)
                .isLessThanOrEqualTo(youngestGone + youngestGone / 64 + 1);
    }
}
