package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.builds.Builds;
import io.cachepot.client.dist.DistException;
import io.cachepot.client.explain.Answered;
import io.cachepot.client.explain.Tier;
import io.cachepot.client.stats.PhaseTimes;
import io.cachepot.protocol.BuildDetails;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BuildTellerTest {
    private static final URI ONE = URI.create("http://one:1/");
    private static final URI OTHER = URI.create("http://other:1/");

    /** No process has it, so nothing is seen of who drives the build. */
    private static final int NO_PID = Integer.MAX_VALUE;

    private long nowNanos = 1;
    private final Builds builds = new Builds(() -> Instant.EPOCH, () -> nowNanos);
    private final List<BuildDetails> told = new ArrayList<>();
    private boolean isOneSilent;
    private int ofOther;

    private final BuildTeller teller =
            new BuildTeller(builds, List.of(ONE, OTHER), this::take, "me@here", () -> nowNanos);

    private void take(URI scheduler, BuildDetails build) throws DistException {
        if (scheduler.equals(OTHER)) {
            ofOther++;
        } else if (isOneSilent) {
            throw new DistException("silent");
        } else {
            told.add(build);
        }
    }

    private void compile(String source) {
        try (var running = builds.begin(NO_PID, NO_PID, Path.of("/home/me/zlib"))) {
            running.answered(
                    new Answered(
                            nowNanos,
                            nowNanos + 5_000_000,
                            source,
                            Tier.HERE,
                            true,
                            Optional.empty(),
                            Optional.of("x".repeat(1_000)),
                            Optional.empty(),
                            new PhaseTimes()));
        }
    }

    private void pass(int seconds) {
        nowNanos += seconds * 1_000_000_000L;
    }

    @Test
    void tellsWhatIsNewAndNothingElse() throws InterruptedException {
        teller.tell();
        assertThat(told).isEmpty();

        compile("/home/me/zlib/src/a.c");
        teller.tell();
        teller.tell();
        assertThat(told).hasSize(1);

        compile("/elsewhere/b.c");
        teller.tell();
        assertThat(told).hasSize(2);
        assertThat(ofOther).isEqualTo(2);
        BuildDetails last = told.getLast();
        assertThat(last.build()).isEqualTo(told.getFirst().build());
        assertThat(last.client()).isEqualTo("me@here");
        assertThat(last.directory()).as("not the ones above it").isEqualTo("zlib");
        assertThat(last.counts().here()).isEqualTo(2);
        assertThat(last.counts().failed()).isEqualTo(2);
        assertThat(last.missReasons().getFirst().reason()).hasSize(BuildDetails.TEXT_CHARS_MAX);
        assertThat(last.slowest())
                .extracting(BuildDetails.Slow::source)
                .containsExactlyInAnyOrder("src/a.c", "b.c");
    }

    @Test
    void aBuildThatIsOverIsToldOnceMoreAndThenNoMore() throws InterruptedException {
        // Given
        compile("/a.c");
        teller.tell();

        // When
        pass(40);
        teller.tell();
        pass(40);
        teller.tell();

        // Then
        assertThat(told).extracting(BuildDetails::isOver).containsExactly(false, true);
    }

    @Test
    void aLongCompileIsToldOfNowAndThen() throws InterruptedException {
        try (var _ = builds.begin(NO_PID, NO_PID, Path.of("/p"))) {
            teller.tell();
            pass(20);
            teller.tell();
            assertThat(told).hasSize(1);
            pass(20);
            teller.tell();
            assertThat(told).extracting(BuildDetails::running).containsExactly(1, 1);
        }
    }

    @Test
    void aSilentSchedulerIsLeftAloneForAWhileAndHearsAllOfItLater() throws InterruptedException {
        // Given
        isOneSilent = true;
        compile("/a.c");
        teller.tell();
        isOneSilent = false;
        compile("/b.c");

        // When
        teller.tell();

        // Then
        assertThat(told).isEmpty();
        assertThat(ofOther).as("the other one is not").isEqualTo(2);

        // When
        pass(31);
        compile("/c.c");
        teller.tell();

        // Then
        assertThat(told.getLast().counts().here()).isGreaterThanOrEqualTo(1);
        assertThat(told).isNotEmpty();
    }
}
