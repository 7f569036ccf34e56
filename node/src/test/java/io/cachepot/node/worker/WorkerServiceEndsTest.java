package io.cachepot.node.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.protocol.EndedJob;
import io.cachepot.protocol.RunJobResult.Complete;
import io.cachepot.protocol.RunJobResult.Reason;
import io.cachepot.protocol.WorkerReport.State;
import io.cachepot.sandbox.SandboxResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How jobs end that do not end by themselves. */
final class WorkerServiceEndsTest {
    @TempDir private Path directory;
    private WorkerFixture worker;

    @BeforeEach
    void start() throws IOException {
        worker = new WorkerFixture(directory);
    }

    @Test
    void saysThatItLivesWhileASlowJobRuns() throws Exception {
        // Given
        worker.submitToolchain();
        var answer = new CountingAnswer(/* flushesWanted= */ 5);
        worker.behaviour =
                (spec, receiver) -> {
                    answer.isFlushedOften.await();
                    return WorkerFixture.compile(spec, receiver);
                };
        var request = new ByteArrayInputStream(Jobs.request(Jobs.JOB, Jobs.SOURCE));

        // When
        worker.service.runJob(Jobs.ticket(1), request, answer);

        // Then
        assertThat(Jobs.received(answer.toByteArray()).result())
                .isEqualTo(new Complete(0, 2_000, 1));
    }

    private static final class CountingAnswer extends ByteArrayOutputStream {
        private final CountDownLatch isFlushedOften;

        CountingAnswer(int flushesWanted) {
            isFlushedOften = new CountDownLatch(flushesWanted);
        }

        @Override
        public void flush() {
            isFlushedOften.countDown();
        }
    }

    @Test
    void endsJobWhoseClientHasHungUpAndFreesItsPermit() throws Exception {
        // Given
        worker.submitToolchain();
        var isRunning = new CountDownLatch(1);
        var isKilled = new AtomicBoolean();
        worker.behaviour = (_, _) -> hang(isRunning, isKilled);
        var request = new ByteArrayInputStream(Jobs.request(Jobs.JOB, Jobs.SOURCE));

        // When
        assertThatThrownBy(() ->
                        worker.service.runJob(Jobs.ticket(1), request, new HungUpAfter(isRunning)))
                // Then
                .isInstanceOf(IOException.class)
                .hasMessage("broken pipe");
        assertThat(isKilled).isTrue();
        assertThat(worker.status.running()).isEmpty();
        assertThat(worker.status.snapshot(0).ended())
                .extracting(EndedJob::job)
                .containsExactly(Jobs.id(1));
        assertThat(worker.statistics.counts().cancelled()).isEqualTo(1);
        worker.behaviour = WorkerFixture::compile;
        assertThat(worker.run(2).result()).isEqualTo(new Complete(0, 2_000, 1));
    }

    private static SandboxResult hang(CountDownLatch isRunning, AtomicBoolean isKilled)
            throws InterruptedException {
        isRunning.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            isKilled.set(true);
            throw e;
        }
        throw new IllegalStateException("nobody counts down");
    }

    /** Breaks once the job runs. */
    private static final class HungUpAfter extends OutputStream {
        private final CountDownLatch event;

        HungUpAfter(CountDownLatch event) {
            this.event = event;
        }

        @Override
        public void write(int b) throws IOException {
            if (event.getCount() == 0) {
                throw new IOException("broken pipe");
            }
        }
    }

    @Test
    void takesNoNewJobWhileItDrains() throws Exception {
        // Given
        worker.submitToolchain();
        worker.service.drain();

        // When
        var received = worker.run(1);

        // Then
        assertThat(received).isEqualTo(Jobs.notRun(Reason.NO_PERMIT, "worker is draining"));
        assertThat(worker.status.state()).isEqualTo(State.DRAINING);
        assertThat(worker.service.awaitIdle(WorkerFixture.MOMENT)).isTrue();
    }

    @Test
    void endsWhatRunsWhileItDrains() throws Exception {
        // Given
        worker.submitToolchain();
        var isRunning = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        worker.behaviour =
                (spec, receiver) -> {
                    isRunning.countDown();
                    mayEnd.await();
                    return WorkerFixture.compile(spec, receiver);
                };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = threads.submit(() -> worker.run(1));
            isRunning.await();

            // When
            worker.service.drain();
            boolean isIdle = worker.service.awaitIdle(WorkerFixture.MOMENT);
            mayEnd.countDown();

            // Then
            assertThat(isIdle).isFalse();
            assertThat(running.get().result()).isEqualTo(new Complete(0, 2_000, 1));
            assertThat(worker.service.awaitIdle(WorkerFixture.LONG)).isTrue();
        }
    }

    @Test
    void killsWhatRunsWhenItIsClosedAndSaysSo() throws Exception {
        // Given
        worker.submitToolchain();
        var isRunning = new CountDownLatch(1);
        var isKilled = new AtomicBoolean();
        worker.behaviour = (_, _) -> hang(isRunning, isKilled);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = threads.submit(() -> worker.run(1));
            isRunning.await();

            // When
            worker.service.close();

            // Then
            assertThat(isKilled).isTrue();
            assertThat(running.get())
                    .isEqualTo(Jobs.notRun(Reason.NO_PERMIT, "worker is stopping"));
            assertThat(worker.run(2))
                    .isEqualTo(Jobs.notRun(Reason.NO_PERMIT, "worker is stopping"));
        }
    }
}
