package io.cachepot.node.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.node.scheduler.SchedulerCounts.Counts;
import io.cachepot.protocol.BuildDetails;
import io.cachepot.protocol.ReturnedGrant;
import io.cachepot.protocol.SchedulerStatus;
import io.cachepot.protocol.SchedulerStatus.GridView;
import io.cachepot.protocol.Trends;
import java.util.EnumMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrendLogTest {
    private static final long STEP_NANOS = 10_000_000_000L;

    private final TrendLog log = new TrendLog(0);

    private void add(long step, int taken, long ended, long refused) {
        var status =
                new SchedulerStatus(
                        2,
                        2,
                        8,
                        taken,
                        3,
                        0,
                        new GridView("cachepot", "safe", 1, 0),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of());
        log.add(
                status,
                new Counts(0, refused, 0, 0, ended, new EnumMap<>(ReturnedGrant.Reason.class)),
                compiles(step + 1),
                step * 10_000,
                step * STEP_NANOS);
    }

    /** Five hits, three others, and one that is left alone, {@code times} over. */
    private static BuildDetails.Counts compiles(long times) {
        return new BuildDetails.Counts(4 * times, times, times, times, times, times, 0);
    }

    @Test
    void countsAreThoseSinceThePointBefore() {
        // When
        add(0, 1, 10, 1);
        add(1, 8, 25, 1);

        // Then
        assertThat(log.trends())
                .isEqualTo(
                        new Trends(
                                10_000,
                                List.of(
                                        new Trends.Point(0, 2, 8, 1, 3, 10, 1, 8, 5),
                                        new Trends.Point(10_000, 2, 8, 8, 3, 15, 0, 8, 5))));
    }

    @Test
    void aPointIsDueAfterTenSeconds() {
        // When
        add(1, 0, 0, 0);

        // Then
        assertThat(log.isDue(2 * STEP_NANOS - 1)).isFalse();
        assertThat(log.isDue(2 * STEP_NANOS)).isTrue();
    }

    @Test
    void sixHoursAreKept() {
        // When
        for (int i = 0; i < 3_000; i++) {
            add(i, 0, i, 0);
        }

        // Then
        List<Trends.Point> points = log.trends().points();
        assertThat(points).hasSize(2_160);
        assertThat(points.getLast().atMillis() - points.getFirst().atMillis())
                .isEqualTo(2_159 * 10_000L);
        assertThat(points.getLast().ended()).isEqualTo(1);
    }
}
