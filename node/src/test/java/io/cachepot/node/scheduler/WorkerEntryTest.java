package io.cachepot.node.scheduler;

import static io.cachepot.node.scheduler.Workers.A;
import static io.cachepot.node.scheduler.Workers.CERTIFICATE;
import static io.cachepot.node.scheduler.Workers.idle;
import static io.cachepot.node.scheduler.Workers.job;
import static io.cachepot.node.scheduler.Workers.jobs;
import static io.cachepot.node.scheduler.Workers.leases;
import static io.cachepot.node.scheduler.Workers.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.EndedJob;
import io.cachepot.protocol.JobForecast;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.WorkerReport.State;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerEntryTest {
    @Test
    void leasesNoMoreThanThereArePermits() {
        // When
        WorkerEntry entry = idle(A, 2).reserve(leases(jobs(3), "s"));

        // Then
        assertThat(entry.leases()).containsOnlyKeys(job(0), job(1));
        assertThat(entry.free()).isZero();
        assertThat(entry.reserve(leases(jobs(5), "s"))).isSameAs(entry);
    }

    @Test
    void aJobThatRunsHoldsItsPermitWithoutALease() {
        // Given
        WorkerEntry leased = idle(A, 4).reserve(leases(jobs(2), "s"));

        // When
        WorkerEntry entry = leased.report(report(A, 2, 4, List.of(job(0)), List.of()), CERTIFICATE);

        // Then
        assertThat(entry.running()).containsOnlyKeys(job(0));
        assertThat(entry.leases()).containsOnlyKeys(job(1));
        assertThat(entry.free()).isEqualTo(2);
    }

    @Test
    void aJobThatNoReportSawRunGivesItsPermitBack() {
        // Given
        WorkerEntry leased = idle(A, 1).reserve(leases(jobs(1), "s"));

        // When
        WorkerEntry entry = leased.report(report(A, 2, 1, List.of(), List.of(job(0))), CERTIFICATE);

        // Then
        assertThat(entry.free()).isEqualTo(1);
    }

    @Test
    void anOlderReportChangesNothing() {
        // Given
        WorkerEntry entry =
                idle(A, 4).report(report(A, 5, 4, List.of(job(1)), List.of()), CERTIFICATE);

        // When
        WorkerEntry after = entry.report(report(A, 5, 4, List.of(), List.of(job(1))), CERTIFICATE);

        // Then
        assertThat(after).isSameAs(entry);
    }

    @Test
    void oneThatIsDrainedKeepsItsJobsAndGetsNoOthers() {
        // Given
        WorkerEntry busy = idle(A, 4).reserve(leases(jobs(1), "s"));

        // When
        WorkerEntry drained = busy.drained(true);

        // Then
        assertThat(drained.version()).isGreaterThan(busy.version());
        assertThat(drained.leases()).containsOnlyKeys(job(0));
        assertThat(drained.free()).isZero();
        assertThat(drained.reserve(leases(jobs(3), "s"))).isSameAs(drained);
        assertThat(drained.drained(true)).isSameAs(drained);
        assertThat(drained.drained(false).free()).isEqualTo(3);
    }

    @Test
    void aDrainOutlivesReportsStartsAndMerges() {
        // Given
        WorkerEntry drained = idle(A, 4).drained(true);

        // When
        WorkerEntry reported = drained.report(report(A, 7, 4, List.of(), List.of()), CERTIFICATE);

        // Then
        assertThat(reported.isDrained()).isTrue();
        assertThat(drained.gone(drained.incarnation()).isDrained()).isTrue();
        assertThat(WorkerEntry.merged(idle(A, 4), drained).isDrained()).isTrue();
        assertThat(WorkerEntry.merged(drained, idle(A, 4)).isDrained()).isTrue();
    }

    @Test
    void anotherStartOfTheWorkerKnowsNothingOfTheFirst() {
        // Given
        WorkerEntry leased = idle(A, 4).reserve(leases(jobs(4), "s"));
        var restarted = report(A, 2, 1, 4, State.UP, List.of(), List.of(), List.of());

        // When
        WorkerEntry entry = leased.report(restarted, CERTIFICATE);

        // Then
        assertThat(entry.free()).isEqualTo(4);
        assertThat(entry.version()).isGreaterThan(leased.version());
        assertThat(entry.report(report(A, 9, 4, jobs(4), List.of()), CERTIFICATE)).isSameAs(entry);
    }

    @Test
    void aWorkerThatDrainsIsGivenNothing() {
        // Given
        var draining = report(A, 1, 2, 4, State.DRAINING, List.of(job(0)), List.of(), List.of());

        // When
        WorkerEntry entry = idle(A, 4).report(draining, CERTIFICATE);

        // Then
        assertThat(entry.free()).isZero();
        assertThat(entry.reserve(leases(jobs(1), "s"))).isSameAs(entry);
    }

    @Test
    void aWorkerThatIsGoneComesBackWithItsNextReport() {
        // Given
        WorkerEntry leased = idle(A, 4).reserve(leases(jobs(2), "s"));

        // When
        WorkerEntry gone = leased.gone(1);

        // Then
        assertThat(gone.taken()).isZero();
        assertThat(gone.free()).isZero();
        assertThat(leased.gone(7)).isSameAs(leased);
        WorkerEntry back = gone.report(report(A, 2, 4, List.of(job(0)), List.of()), CERTIFICATE);
        assertThat(back.free()).isEqualTo(3);
    }

    @Test
    void releasingWhatRunsTakesNothingAway() {
        // Given
        WorkerEntry entry =
                idle(A, 4).report(report(A, 2, 4, List.of(job(0)), List.of()), CERTIFICATE);

        // When
        WorkerEntry after = entry.release(List.of(job(0), job(1)));

        // Then
        assertThat(after).isSameAs(entry);
    }

    @Test
    void whatTwoSchedulersGrantedApartIsLeasedTogether() {
        // Given
        WorkerEntry before = idle(A, 4);
        WorkerEntry here = before.reserve(leases(List.of(job(1)), "here"));
        WorkerEntry there =
                before.reserve(leases(List.of(job(2)), "there"))
                        .report(report(A, 2, 4, List.of(job(3)), List.of()), CERTIFICATE);

        // When
        WorkerEntry merged = WorkerEntry.merged(here, there);

        // Then
        assertThat(merged.leases()).containsOnlyKeys(job(1), job(2));
        assertThat(merged.running()).containsOnlyKeys(job(3));
        assertThat(merged.version()).isGreaterThan(Math.max(here.version(), there.version()));
        assertThat(merged).isEqualTo(WorkerEntry.merged(there, here));
    }

    @Test
    void aJobThatRunsKeepsWhatItsLeaseSaid() {
        // Given
        var forecast = new JobForecast(100, 1 << 20);
        var lease = new Lease("s", "u", forecast);
        WorkerEntry leased = idle(A, 4).reserve(new LinkedHashMap<>(Map.of(job(0), lease)));

        // When
        WorkerEntry entry = leased.report(report(A, 2, 4, List.of(job(0)), List.of()), CERTIFICATE);

        // Then
        assertThat(entry.running()).containsExactly(Map.entry(job(0), lease));
        assertThat(entry.lease(job(0))).isEqualTo(lease);
    }

    @Test
    void jobsThatTakeLongerThanForecastMakeAWorkerSlow() {
        // Given
        var lease = new Lease("s", "u", new JobForecast(100, 0));
        WorkerEntry entry = idle(A, 1);

        // When
        for (int i = 0; i < 50; i++) {
            entry = entry.reserve(new LinkedHashMap<>(Map.of(job(i), lease)));
            var ended = new EndedJob(job(i), 300);
            var report = report(A, i + 2, 1, List.of(), List.of());
            entry = entry.report(withEnded(report, ended), CERTIFICATE);
        }

        // Then
        assertThat(entry.slowness()).isBetween(2.9, 3.0);
    }

    private static WorkerReport withEnded(WorkerReport report, EndedJob ended) {
        return new WorkerReport(
                report.incarnation(),
                report.sequence(),
                report.url(),
                report.certificatePem(),
                report.tokenKey(),
                report.jobsMax(),
                report.state(),
                report.running(),
                List.of(ended),
                report.toolchains(),
                report.cpus(),
                report.memoryBytes(),
                report.load(),
                report.caches(),
                report.version());
    }
}
