package io.cachepot.client.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TallyTest {
    @Test
    void sumAndDifferenceAreByLabel() {
        var one = new Tally(Map.of("g", Map.of("a", 1L, "b", 2L)));
        var two = new Tally(Map.of("g", Map.of("b", 3L), "h", Map.of("c", 4L)));
        var sum = new Tally(Map.of("g", Map.of("a", 1L, "b", 5L), "h", Map.of("c", 4L)));
        assertThat(one.plus(two)).isEqualTo(sum);
        assertThat(sum.minus(two).plus(two)).isEqualTo(sum);
        assertThat(sum.minus(sum).isEmpty()).isTrue();
    }

    @Test
    void aDifferenceIsNeverLessThanNothing() {
        var less = new Tally(Map.of("g", Map.of("a", 1L)));
        var more = new Tally(Map.of("g", Map.of("a", 2L, "b", 1L)));
        assertThat(less.minus(more).isEmpty()).isTrue();
    }

    @Test
    void labelsOfASumAreBounded() {
        // Given
        var one = new HashMap<String, Long>();
        var two = new HashMap<String, Long>();
        for (int i = 0; i < Tally.LABELS_MAX; i++) {
            one.put("one " + i, 1L);
            two.put("two " + i, 1L);
        }

        // When
        Tally sum =
                new Tally(Map.of(Tally.NOT_CACHED, one))
                        .plus(new Tally(Map.of(Tally.NOT_CACHED, two)));

        // Then
        assertThat(sum.notCached())
                .hasSizeLessThanOrEqualTo(Tally.LABELS_MAX + 1)
                .containsEntry(Tally.OTHER, (long) Tally.LABELS_MAX);
    }

    @Test
    void bucketsThatNobodyKnowsAreLeftOut() {
        var phase = Tally.group(Phase.KEY);
        var odd = new Tally(Map.of(phase, Map.of("7", 2L, "-1", 1L, "9999", 1L, "x", 1L)));
        assertThat(odd.times(Phase.KEY).count()).isEqualTo(2);
    }
}
