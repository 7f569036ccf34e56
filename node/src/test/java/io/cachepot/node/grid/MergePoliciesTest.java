package io.cachepot.node.grid;

import static io.cachepot.node.scheduler.Workers.A;
import static io.cachepot.node.scheduler.Workers.B;
import static io.cachepot.node.scheduler.Workers.CERTIFICATE;
import static io.cachepot.node.scheduler.Workers.idle;
import static io.cachepot.node.scheduler.Workers.job;
import static io.cachepot.node.scheduler.Workers.leases;
import static io.cachepot.node.scheduler.Workers.report;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.spi.merge.MergingEntry;
import io.cachepot.node.scheduler.JobRecord;
import io.cachepot.protocol.JobState;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MergePoliciesTest {
    /** An entry as Hazelcast hands it over. */
    private record Entry<V>(V value) implements MergingEntry<Object, V> {
        @Override
        public Object getKey() {
            return "key";
        }

        @Override
        public Object getRawKey() {
            return "key";
        }

        @Override
        public V getDeserializedValue() {
            return value;
        }

        @Override
        public Object getRawValue() {
            return value;
        }
    }

    private static <V extends GridValue> Object merge(
            MergePolicy<V> policy, V newcomer, @Nullable V here) {
        return policy.merge(new Entry<>(newcomer), here == null ? null : new Entry<>(here));
    }

    @Test
    void leasesOfBothSidesStay() {
        // Given
        var here = new WorkerValue(idle(A, 4).reserve(leases(List.of(job(1)), "here")));
        var newcomer =
                new WorkerValue(
                        idle(A, 4)
                                .reserve(leases(List.of(job(2)), "there"))
                                .report(report(A, 7, 4, List.of(), List.of()), CERTIFICATE));

        // When
        var merged = (WorkerValue) merge(new WorkerMerge(), newcomer, here);

        // Then
        assertThat(merged.entry().leases()).containsOnlyKeys(job(1), job(2));
        assertThat(merged.entry().sequence()).isEqualTo(7);
    }

    @Test
    void anEndedJobDoesNotComeBackToLife() {
        // Given
        var ended = new JobValue(new JobRecord(JobState.COMPLETE, A, "u", 1, 5));
        var older = new JobValue(new JobRecord(JobState.STARTED, B, "u", 1, 0));

        // When
        var merged = (JobValue) merge(new JobMerge(), older, ended);
        var otherWay = (JobValue) merge(new JobMerge(), ended, older);

        // Then
        assertThat(merged.job()).isEqualTo(ended.job());
        assertThat(otherWay.job()).isEqualTo(ended.job());
    }

    @Test
    void whatOneSideAloneHasStays() {
        // Given
        var newcomer = new SchedulerValue("http://s/", "key", "member", 2);

        // When
        Object merged = merge(new KeepNewcomer(), newcomer, null);

        // Then
        assertThat(merged).isSameAs(newcomer);
        assertThat(
                        merge(
                                new KeepNewcomer(),
                                newcomer,
                                new SchedulerValue("http://s/", "key", "old", 1)))
                .isSameAs(newcomer);
    }
}
