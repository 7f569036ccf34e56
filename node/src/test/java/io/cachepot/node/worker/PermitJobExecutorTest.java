package io.cachepot.node.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.protocol.RunJobResult;
import io.cachepot.protocol.RunJobResult.Complete;
import io.cachepot.protocol.RunJobResult.NotRun;
import io.cachepot.protocol.RunJobResult.Reason;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

final class PermitJobExecutorTest {
    private static final RunJobResult DONE = new Complete(0, 1, 0);
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final WorkerStatus status = new WorkerStatus(1);

    @Test
    void runsJobAndSaysThatItRuns() throws InterruptedException {
        // Given
        var executor =
                new PermitJobExecutor(
                        job -> {
                            assertThat(status.running()).containsExactly(job.id());
                            return DONE;
                        },
                        status,
                        1,
                        MOMENT);

        // When
        var result = executor.run(Jobs.prepared(1));

        // Then
        assertThat(result).isEqualTo(DONE);
    }

    @Test
    void refusesJobWhenEveryPermitIsTaken() throws InterruptedException {
        // Given
        var executor =
                new PermitJobExecutor(
                        _ -> {
                            throw new IllegalStateException("must not run");
                        },
                        status,
                        /* jobsMax= */ 0,
                        MOMENT);

        // When
        var result = executor.run(Jobs.prepared(1));

        // Then
        assertThat(result).isEqualTo(new NotRun(Reason.NO_PERMIT, "no permit within PT0.001S"));
        assertThat(status.running()).isEmpty();
    }

    @Test
    void runsJobOnceAPermitIsGivenBack() throws Exception {
        // Given
        var isRunning = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        var executor =
                new PermitJobExecutor(
                        _ -> {
                            isRunning.countDown();
                            mayEnd.await();
                            return DONE;
                        },
                        status,
                        1,
                        LONG);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> executor.run(Jobs.prepared(1)));
            isRunning.await();

            // When
            var second = threads.submit(() -> executor.run(Jobs.prepared(2)));
            mayEnd.countDown();

            // Then
            assertThat(first.get()).isEqualTo(DONE);
            assertThat(second.get()).isEqualTo(DONE);
        }
    }

    @Test
    void givesThePermitBackWhateverHappens() throws InterruptedException {
        // Given
        var executor =
                new PermitJobExecutor(
                        job -> {
                            if (job.id().equals(Jobs.id(1))) {
                                throw new InterruptedException("cancelled");
                            }
                            return DONE;
                        },
                        status,
                        1,
                        MOMENT);
        assertThatThrownBy(() -> executor.run(Jobs.prepared(1)))
                .isInstanceOf(InterruptedException.class);

        // When
        var result = executor.run(Jobs.prepared(2));

        // Then
        assertThat(result).isEqualTo(DONE);
    }
}
