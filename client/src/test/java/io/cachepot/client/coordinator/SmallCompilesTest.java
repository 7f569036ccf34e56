package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.dist.JobHistory;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SmallCompilesTest {
    private static final Digest SMALL = Digest.of(Bytes.utf8("small"));
    private static final Digest LARGE = Digest.of(Bytes.utf8("large"));
    private static final Digest UNKNOWN = Digest.of(Bytes.utf8("unknown"));
    private static final Duration WAY = Duration.ofMillis(50);

    private final AtomicLong nanos = new AtomicLong();
    private final JobHistory history = new JobHistory();
    private final SmallCompiles small = new SmallCompiles(history, LocalPermits.of(1), nanos::get);

    @BeforeEach
    void learn() {
        history.tookHere(SMALL, Duration.ofMillis(90));
        history.tookHere(LARGE, Duration.ofMillis(110));
    }

    private void tookThere(int count, Duration way) {
        for (int i = 0; i < count; i++) {
            small.tookThere(way.plusMillis(300), Duration.ofMillis(300));
        }
    }

    @Test
    void whatTakesLessThanTwiceTheWayIsDoneHere() {
        // Given
        tookThere(8, WAY);

        // When
        var permit = small.permit(SMALL);

        // Then
        assertThat(permit).isPresent();
        assertThat(small.permit(SMALL)).as("the processor is taken").isEmpty();
        permit.get().close();
        assertThat(small.permit(SMALL)).isPresent();
    }

    @Test
    void whatTakesLongerOrIsNotKnownGoes() {
        tookThere(8, WAY);
        assertThat(small.permit(LARGE)).isEmpty();
        assertThat(small.permit(UNKNOWN)).isEmpty();
    }

    @Test
    void untilTheWayIsKnownAllGo() {
        tookThere(7, WAY);
        assertThat(small.permit(SMALL)).isEmpty();
    }

    @Test
    void aSlowNetworkKeepsMoreHere() {
        tookThere(8, Duration.ofSeconds(1));
        assertThat(small.permit(LARGE)).isPresent();
    }

    @Test
    void oneThatWaitedForAToolchainDoesNotCount() {
        tookThere(1, Duration.ofSeconds(100));
        tookThere(8, WAY);
        assertThat(small.permit(LARGE)).isEmpty();
    }

    @Test
    void theWayIsMeasuredAnewFromTimeToTime() {
        // Given
        tookThere(8, WAY);

        // When
        nanos.addAndGet(Duration.ofMinutes(11).toNanos());

        // Then
        assertThat(small.permit(SMALL)).isEmpty();
    }
}
