package io.cachepot.node.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.EndedJob;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.WorkerReport.State;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class WorkerStatusTest {
    private final WorkerStatus status = new WorkerStatus(4);

    @Test
    void tellsOnceAndForAllWhichJobsEnded() {
        // Given
        status.started(Jobs.id(1));
        status.started(Jobs.id(2));
        status.ended(new EndedJob(Jobs.id(1), 0));
        var first = status.snapshot(0);
        status.ended(new EndedJob(Jobs.id(2), 0));

        // When
        var second = status.snapshot(first.endedCount());

        // Then
        assertThat(first.running()).containsExactly(Jobs.id(2));
        assertThat(first.ended()).containsExactly(new EndedJob(Jobs.id(1), 0));
        assertThat(second.running()).isEmpty();
        assertThat(second.ended()).containsExactly(new EndedJob(Jobs.id(2), 0));
        assertThat(second.sequence()).isGreaterThan(first.sequence());
    }

    @Test
    void repeatsWhatWasNotHeard() {
        // Given
        status.ended(new EndedJob(Jobs.id(1), 0));
        status.snapshot(0);
        status.ended(new EndedJob(Jobs.id(2), 0));

        // When
        var again = status.snapshot(0);

        // Then
        assertThat(again.ended())
                .containsExactly(new EndedJob(Jobs.id(1), 0), new EndedJob(Jobs.id(2), 0));
    }

    @Test
    void leavesOutTheOldestWhereTooManyEnded() {
        // Given
        for (int i = 0; i <= WorkerReport.JOBS_MAX; i++) {
            status.ended(new EndedJob(Jobs.id(i), 0));
        }

        // When
        var snapshot = status.snapshot(0);

        // Then
        assertThat(snapshot.ended())
                .hasSize(WorkerReport.JOBS_MAX)
                .doesNotContain(new EndedJob(Jobs.id(0), 0));
        assertThat(snapshot.endedCount()).isEqualTo(WorkerReport.JOBS_MAX + 1);
    }

    @Test
    void neverComesBackFromWhereItIsGone() {
        // Given
        status.gone();

        // When
        status.drain();

        // Then
        assertThat(status.state()).isEqualTo(State.GONE);
    }

    @Test
    void tellsOfWhatSchedulersWaitFor() {
        // Given
        var changes = new AtomicInteger();
        status.onChange(changes::incrementAndGet);

        // When
        status.started(Jobs.id(1));
        status.ended(new EndedJob(Jobs.id(1), 0));
        status.drain();

        // Then
        assertThat(changes).hasValue(2);
    }
}
