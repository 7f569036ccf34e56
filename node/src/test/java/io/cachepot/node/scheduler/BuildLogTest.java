package io.cachepot.node.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.cachepot.protocol.BuildDetails;
import io.cachepot.protocol.BuildDetails.Counts;
import java.util.List;
import org.junit.jupiter.api.Test;

class BuildLogTest {
    private long nowNanos;
    private final BuildLog log = new BuildLog(() -> nowNanos);

    private static BuildDetails build(int number, String client, int hits) {
        return new BuildDetails(
                id(number),
                client,
                "make",
                "p",
                0,
                0,
                false,
                1,
                new Counts(hits, 0, 0, 1, 0, 0, 0),
                0,
                List.of(new BuildDetails.Reason("new", 1)),
                List.of(),
                List.of(),
                List.of());
    }

    private static String id(int number) {
        return "%032x".formatted(number);
    }

    @Test
    void theLatestWordOnABuildIsTheOneThatIsShown() {
        // When
        log.add(build(1, "me", 5));
        log.add(build(2, "you", 1));
        nowNanos += 3_000_000_000L;
        log.add(build(1, "me", 9));

        // Then
        assertThat(log.latest())
                .extracting(seen -> seen.build().build(), seen -> seen.build().counts().hits())
                .containsExactly(tuple(id(1), 9L), tuple(id(2), 1L));
        assertThat(log.latest().getLast().heardMillis()).isEqualTo(3_000);
        assertThat(log.latest().getFirst().build().missReasons()).isEmpty();
        assertThat(log.find(id(1)).orElseThrow().build().missReasons()).hasSize(1);
        assertThat(log.find(id(3))).isEmpty();
    }

    @Test
    void eachCompileIsCountedOnce() {
        log.add(build(1, "me", 5));
        log.add(build(1, "me", 7));
        log.add(build(2, "you", 1));
        assertThat(log.total()).isEqualTo(new Counts(8, 0, 0, 2, 0, 0, 0));
    }

    @Test
    void aClientPushesOutItsOwnBuilds() {
        // Given
        log.add(build(1, "you", 0));

        // When
        for (int i = 0; i < 100; i++) {
            log.add(build(100 + i, "me", 0));
        }

        // Then
        assertThat(log.latest()).hasSize(26);
        assertThat(log.find(id(1))).isPresent();
        assertThat(log.find(id(199))).isPresent();
        assertThat(log.find(id(100))).isEmpty();
    }

    @Test
    void allOfThemAreBounded() {
        for (int i = 0; i < 1_000; i++) {
            log.add(build(i, "client" + i, 0));
        }
        assertThat(log.latest()).hasSize(200);
        assertThat(log.latest().getFirst().build().build()).isEqualTo(id(999));
    }
}
