package io.cachepot.node.scheduler;

import static io.cachepot.node.scheduler.Workers.A;
import static io.cachepot.node.scheduler.Workers.CERTIFICATE;
import static io.cachepot.node.scheduler.Workers.job;
import static io.cachepot.node.scheduler.Workers.jobs;
import static io.cachepot.node.scheduler.Workers.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.JobState;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeaseSweeperTest {
    private static final long SECOND = 1_000_000_000L;
    private final MemoryRegistry registry = new MemoryRegistry();
    private final MemoryLedger ledger = new MemoryLedger();
    private Set<String> present = Set.of("me", "other");
    private final LeaseSweeper sweeper =
            new LeaseSweeper(
                    registry,
                    new FixedDirectory(() -> "me", () -> present),
                    ledger,
                    Duration.ofSeconds(30));

    private void given(int leases) {
        registry.report(A, report(A, 1, 4, List.of(), List.of()), CERTIFICATE);
        registry.reserve(A, 1, Workers.leases(jobs(leases), "other"), _ -> {});
    }

    private int leases() {
        return registry.find(A).orElseThrow().entry().leases().size();
    }

    @Test
    void aLeaseOfASchedulerThatIsThereIsItsOwnBusiness() {
        // Given
        given(2);

        // When
        sweeper.sweep(0);
        sweeper.sweep(100 * SECOND);

        // Then
        assertThat(leases()).isEqualTo(2);
    }

    @Test
    void leasesOfASchedulerThatIsGoneEndWhenTheirTimeIsOver() {
        // Given
        given(2);
        present = Set.of("me");
        sweeper.sweep(0);

        // When
        sweeper.sweep(29 * SECOND);
        int early = leases();
        sweeper.sweep(31 * SECOND);

        // Then
        assertThat(early).isEqualTo(2);
        assertThat(leases()).isZero();
        assertThat(ledger.find(job(0)).orElseThrow().state()).isEqualTo(JobState.LOST);
    }

    @Test
    void aJobThatBeganToRunIsNotTakenAway() {
        // Given
        given(2);
        present = Set.of("me");
        sweeper.sweep(0);
        registry.report(A, report(A, 2, 4, List.of(job(0)), List.of()), CERTIFICATE);

        // When
        sweeper.sweep(31 * SECOND);

        // Then
        assertThat(registry.find(A).orElseThrow().entry().running()).containsOnlyKeys(job(0));
        assertThat(leases()).isZero();
    }
}
