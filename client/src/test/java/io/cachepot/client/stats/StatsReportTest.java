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
        stats.hit("c", 2_000_000);
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
                .containsPattern("\nMax cache size +10 GiB\n");
        // Values end in one column, and the unit of a time stands behind it.
        assertThat(text.lines().limit(3).map(String::length).distinct()).hasSize(1);
    }

    @Test
    void jsonHasTheKnownKeys() {
        // Given
        stats.hit("c", 1_500_000_000);
        stats.hit("c++", 0);

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
    void ratesLanguagesReasonsAndPhasesAreShown() {
        // Given
        stats.hit("c", 1);
        stats.hit("c++", 1);
        stats.hit("c++", 1);
        stats.miss("c", 1);
        stats.missReason("source changed");
        var times = new PhaseTimes();
        times.add(Phase.COMPILE, 30_000_000);
        stats.phases(times);

        // Then
        assertThat(report().text())
                .containsPattern("\nCache hits rate +75.00 %\n")
                .containsPattern("\nCache misses because:\n  source changed 1\n")
                .containsPattern("\n  C +1 +1 +50.00 %\n  C\\+\\+ +2 +0 +100.00 %\n")
                .containsPattern("\n  compile +1 +34 ms +34 ms\n");
        assertThat(report().text().lines()).allMatch(line -> line.length() <= 80);
        assertThat(report().json())
                .contains("\"cache_hits\":{\"counts\":{\"C/C++\":3}}")
                .contains("\"miss_reasons\":{\"source changed\":1}")
                .contains("\"cache_hit_rate\":0.75")
                .contains("\"cache_hits_by_language\":{\"C\":1,\"C++\":2}")
                .contains("\"compile\":{\"count\":1,\"p50_micros\":33554,\"p95_micros\":33554}");
    }

    @Test
    void zeroForgetsEverything() {
        // Given
        stats.hit("c", 5);
        stats.notCached("x");

        // When
        stats.zero();

        // Then
        assertThat(stats.tally().count(Counter.CACHE_HITS)).isZero();
        assertThat(stats.tally().notCached()).isEmpty();
    }

    @Test
    void aFloodOfLabelsIsBounded() {
        for (int i = 0; i < 5_000; i++) {
            stats.notCached("reason " + i);
        }
        assertThat(stats.tally().notCached()).hasSizeLessThanOrEqualTo(1_001).containsKey("other");
    }

    private StatsReport report() {
        return new StatsReport(stats.tally(), "Local disk: \"/c\"", 5 << 20, 10L << 30);
    }
}
