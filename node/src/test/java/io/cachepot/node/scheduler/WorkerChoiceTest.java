package io.cachepot.node.scheduler;

import static io.cachepot.node.scheduler.Workers.A;
import static io.cachepot.node.scheduler.Workers.B;
import static io.cachepot.node.scheduler.Workers.CERTIFICATE;
import static io.cachepot.node.scheduler.Workers.GCC;
import static io.cachepot.node.scheduler.Workers.idle;
import static io.cachepot.node.scheduler.Workers.jobs;
import static io.cachepot.node.scheduler.Workers.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.WorkerReport.State;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WorkerChoiceTest {
    private static final long NOW = 1_000_000_000_000L;
    private final WorkerChoice choice = new WorkerChoice(Duration.ofSeconds(6), new Random(1));

    private static KnownWorker heard(WorkerEntry entry) {
        return new KnownWorker(entry, NOW);
    }

    @Test
    void aWorkerThatIsFullIsNotChosen() {
        // Given
        var full = heard(idle(A, 2).reserve(jobs(2), "s"));

        // When
        var chosen = choice.choose(List.of(full), GCC, NOW);

        // Then
        assertThat(chosen).isEmpty();
    }

    @Test
    void aWorkerThatFellSilentIsNotChosen() {
        // Given
        var silent = new KnownWorker(idle(A, 2), NOW - Duration.ofSeconds(7).toNanos());

        // When
        var chosen = choice.choose(List.of(silent, heard(idle(B, 2))), GCC, NOW);

        // Then
        assertThat(chosen.orElseThrow().id()).isEqualTo(B);
        assertThat(choice.free(List.of(silent), NOW)).isZero();
    }

    @Test
    void oneThatHoldsTheToolchainComesFirstWhileItIsFree() {
        // Given
        var equipped =
                idle(A, 2)
                        .report(
                                report(A, 1, 2, 2, State.UP, List.of(), List.of(), List.of(GCC)),
                                CERTIFICATE);
        var bare = heard(idle(B, 2));

        // When
        var first = choice.choose(List.of(bare, heard(equipped)), GCC, NOW);
        var later = choice.choose(List.of(bare, heard(equipped.reserve(jobs(2), "s"))), GCC, NOW);

        // Then
        assertThat(first.orElseThrow().id()).isEqualTo(A);
        assertThat(later.orElseThrow().id()).isEqualTo(B);
    }

    @Test
    void theLessLoadedGetsMore() {
        // Given
        var busy = heard(idle(A, 10).reserve(jobs(9), "s"));
        var idle = heard(idle(B, 10));

        // When
        long forIdle =
                java.util.stream.IntStream.range(0, 1_000)
                        .mapToObj(_ -> choice.choose(List.of(busy, idle), GCC, NOW).orElseThrow())
                        .filter(entry -> entry.id().equals(B))
                        .count();

        // Then
        assertThat(forIdle).isBetween(650L, 850L);
    }
}
