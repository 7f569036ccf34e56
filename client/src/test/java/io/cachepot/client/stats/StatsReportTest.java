package io.cachepot.client.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.stats.Stats.Counter;
import org.junit.jupiter.api.Test;

class StatsReportTest {
    private final Stats stats = new Stats();

    @Test
    void textHasTheKnownRowsInColumns() {
        // Given
        stats.count(Counter.COMPILE_REQUESTS);
        stats.hit(2_000_000);
        stats.notCached("-march=native");
        stats.distCompile("w:1");

        // When
        String text = report().text();

        // Then
        assertThat(text)
                .containsPattern("^Compile requests +1\n")
                .containsPattern("\nCache hits \\(C/C\\+\\+\\) +1\n")
                .containsPattern("\nAverage cache read hit +0.002 s\n")
                .contains("\nSuccessful distributed compiles\n  w:1 1\n")
                .contains("\nNon-cacheable reasons:\n-march=native 1\n\n")
                .containsPattern("\nCache location +Local disk: \"/c\"\n")
                .containsPattern("\nMax cache size +10 GiB\n$");
        // Values end in one column, and the unit of a time stands behind it.
        assertThat(text.lines().limit(3).map(String::length).distinct()).hasSize(1);
    }

    @Test
    void jsonHasTheKnownKeys() {
        // Given
        stats.hit(1_500_000_000);
        stats.hit(0);

        // Then
        assertThat(report().json())
                .contains("\"cache_hits\":{\"counts\":{\"C/C++\":2}}")
                .contains("\"cache_misses\":{\"counts\":{}}")
                .contains("\"cache_read_hit_duration\":{\"secs\":1,\"nanos\":500000000}")
                .contains("\"cache_location\":\"Local disk: \\\"/c\\\"\"")
                .contains("\"max_cache_size\":10737418240")
                .doesNotContain("\n");
    }

    @Test
    void zeroForgetsEverything() {
        // Given
        stats.hit(5);
        stats.notCached("x");

        // When
        stats.zero();

        // Then
        assertThat(stats.view().count(Counter.CACHE_HITS)).isZero();
        assertThat(stats.view().notCached()).isEmpty();
    }

    @Test
    void aFloodOfLabelsIsBounded() {
        for (int i = 0; i < 5_000; i++) {
            stats.notCached("reason " + i);
        }
        assertThat(stats.view().notCached()).hasSizeLessThanOrEqualTo(1_001).containsKey("other");
    }

    private StatsReport report() {
        return new StatsReport(stats.view(), "Local disk: \"/c\"", 5 << 20, 10L << 30);
    }
}
