package io.cachepot.node.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.JobId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkersViewTest {
    private static final WorkerId A = new WorkerId("a:1");
    private static final WorkerId B = new WorkerId("b:1");
    private static final JobId JOB = new JobId("00000000000000000000000000000001");

    private final WorkersView view = new WorkersView();

    private static WorkerEntry entry(WorkerId id, long version, int sequence, List<JobId> running) {
        WorkerReport report = Workers.report(id, sequence, 4, running, List.of());
        return WorkerEntry.of(id, version, report, Workers.CERTIFICATE);
    }

    private WorkerEntry seen(WorkerId id) {
        return view.find(id).orElseThrow().entry();
    }

    @Test
    void theLaterOfTwoVersionsStays() {
        // Given
        WorkerEntry old = entry(A, 5, 1, List.of());
        WorkerEntry later = entry(A, 6, 2, List.of(JOB));

        // When
        view.see(later, 1);
        view.see(old, 2);

        // Then
        assertThat(seen(A)).isEqualTo(later);
    }

    /** Its member died before another one had a copy; the worker told the next one anew. */
    @Test
    void anEntryThatTookThePlaceOfALostOneIsLater() {
        // Given
        long made = WorkerEntry.firstVersion(1_000);
        WorkerEntry lost = entry(A, made + 999_999, 900_000, List.of());
        view.see(lost, 1);

        // When
        WorkerEntry anew = entry(A, WorkerEntry.firstVersion(2_000), 900_001, List.of(JOB));
        view.see(anew, 2);

        // Then
        assertThat(seen(A)).isEqualTo(anew);
    }

    @Test
    void whatTheMapDoesNotHoldIsGone() {
        // Given
        view.see(entry(A, 5, 1, List.of()), 1);
        view.see(entry(B, 9, 1, List.of(JOB)), 1);

        // When
        WorkerEntry older = entry(B, 8, 1, List.of());
        view.replace(List.of(older), 50);

        // Then
        assertThat(view.find(A)).isEmpty();
        assertThat(seen(B)).as("the map is right").isEqualTo(older);
        assertThat(view.find(B).orElseThrow().heardNanos())
                .as("reading the map is no word of the worker's")
                .isEqualTo(1);
    }
}
