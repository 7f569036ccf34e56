package io.cachepot.client.builds;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.explain.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildsTest {
    private static final Path HERE = Path.of("/p");

    @TempDir Path proc;
    private long nowMillis = 5;
    private Builds builds;

    @BeforeEach
    void begin() throws IOException {
        builds =
                new Builds(
                        new ProcessTree(proc),
                        () -> Instant.ofEpochMilli(nowMillis),
                        () -> nowMillis * Compiles.MILLI);
        make(100);
        make(200);
    }

    private void make(int pid) throws IOException {
        Path directory = Files.createDirectory(proc.resolve(Integer.toString(pid)));
        Files.writeString(
                directory.resolve("stat"),
                pid + " (make) S 1 1 " + pid + " 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 " + pid + " 0\n");
    }

    private void leave(int pid) throws IOException {
        Path directory = proc.resolve(Integer.toString(pid));
        Files.delete(directory.resolve("stat"));
        Files.delete(directory);
    }

    private void compile(int parent, String source) {
        try (var running = builds.begin(parent, parent, HERE)) {
            running.answered(Compiles.here(source, nowMillis, nowMillis + 10));
            nowMillis += 10;
        }
    }

    private List<Integer> compilesOfEach() {
        return builds.summaries().stream().map(BuildView::answered).toList();
    }

    @Test
    void twoThatGoOnAtOnceAreTwo() {
        compile(100, "/p/a.c");
        compile(200, "/p/b.c");
        compile(100, "/p/c.c");
        assertThat(compilesOfEach()).containsExactly(1, 2);
    }

    @Test
    void aBuildIsOverWhenItsProcessIsGone() throws IOException {
        // Given
        compile(100, "/p/a.c");
        assertThat(builds.latest(1).orElseThrow().isOver()).isFalse();

        // When
        leave(100);

        // Then
        assertThat(builds.latest(1).orElseThrow().isOver()).isTrue();
    }

    @Test
    void oneWithCompilesUnderWayIsNotOver() throws IOException {
        try (var _ = builds.begin(100, 100, HERE)) {
            leave(100);
            nowMillis += 3_600_000;
            assertThat(builds.latest(1).orElseThrow().isOver()).isFalse();
            assertThat(builds.latest(1).orElseThrow().running()).isEqualTo(1);
        }
    }

    @Test
    void afterALongPauseTheSameProcessBeginsAnother() {
        // Given
        compile(100, "/p/a.c");
        nowMillis += 20_000;
        compile(100, "/p/b.c");
        assertThat(compilesOfEach()).containsExactly(2);

        // When
        nowMillis += 31_000;
        compile(100, "/p/c.c");

        // Then
        assertThat(compilesOfEach()).containsExactly(1, 2);
    }

    @Test
    void compilesOfUnseenProcessesBelongTogetherByDirectory() {
        builds.begin(7, 7, HERE).close();
        builds.begin(8, 8, HERE).close();
        builds.begin(9, 9, Path.of("/q")).close();
        assertThat(builds.summaries()).hasSize(2);
    }

    @Test
    void countsWhereResultsCameFromAndWhy() {
        // When
        try (var running = builds.begin(100, 100, HERE)) {
            running.answered(Compiles.hit("/p/a.c", 5, 7));
            running.answered(Compiles.here("/p/b.c", 5, 105));
            running.answered(Compiles.failed("/p/c.c", 5, 205));
            running.answered(Compiles.remote("/p/d.c", 5, 55, "w:1"));
            nowMillis = 300;
        }

        // Then
        BuildView build = builds.latest(1).orElseThrow();
        assertThat(build.tiers()).isEqualTo(Map.of(Tier.HIT, 1, Tier.HERE, 2, Tier.REMOTE, 1));
        assertThat(build.failed()).isEqualTo(1);
        assertThat(build.missReasons()).isEqualTo(Map.of("not seen before", 3L));
        assertThat(build.localReasons()).isEqualTo(Map.of("sooner here than on a worker", 2L));
        assertThat(build.workers())
                .isEqualTo(Map.of("w:1", new BuildView.Place(1, 50 * Compiles.MILLI)));
        assertThat(build.slowest().getFirst().source()).isEqualTo("/p/c.c");
        assertThat(build.tookNanos()).isEqualTo(295 * Compiles.MILLI);
        assertThat(build.elapsedNanos()).isEqualTo(352 * Compiles.MILLI);
    }

    @Test
    void onlySoManyAreRememberedAndOlderBuildsGiveWay() {
        // Given
        for (int i = 0; i < 10; i++) {
            compile(100, "/p/a.c");
        }

        // When
        for (int i = 0; i < Builds.COMPILES_MAX + 5; i++) {
            compile(200, "/p/b.c");
        }

        // Then
        BuildView latest = builds.latest(1).orElseThrow();
        assertThat(latest.compiles()).hasSize(Builds.COMPILES_MAX);
        assertThat(latest.leftOut()).isEqualTo(5);
        assertThat(latest.answered()).isEqualTo(Builds.COMPILES_MAX + 5);
        BuildView before = builds.latest(2).orElseThrow();
        assertThat(before.compiles()).isEmpty();
        assertThat(before.answered()).isEqualTo(10);
        assertThat(before.leftOut()).isEqualTo(10);
    }

    @Test
    void whatIsNotThereIsEmpty() {
        assertThat(builds.latest(1)).isEmpty();
        compile(100, "/p/a.c");
        assertThat(builds.latest(2)).isEmpty();
    }
}
