package io.cachepot.node.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.RunJobResult.Complete;
import io.cachepot.protocol.RunJobResult.InputsMissing;
import io.cachepot.protocol.RunJobResult.Reason;
import io.cachepot.protocol.RunJobResult.ToolchainMissing;
import io.cachepot.sandbox.SandboxResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkerServiceTest {
    @TempDir private Path directory;
    private WorkerFixture worker;

    @BeforeEach
    void start() throws IOException {
        worker = new WorkerFixture(directory);
    }

    @Test
    void sendsBackWhatTheCompilerLeft() throws Exception {
        // Given
        worker.submitToolchain();

        // When
        var received = worker.run(1);

        // Then
        assertThat(received)
                .isEqualTo(
                        new Jobs.Received(
                                new Complete(0, 2_000, 1),
                                "out",
                                "warning",
                                Map.of(1, "object (executable)")));
        assertThat(worker.sandbox.specs.getFirst().toolchainRoot().resolve("cc"))
                .hasContent("a compiler");
        assertThat(worker.statistics.counts().succeeded()).isEqualTo(1);
    }

    @Test
    void asksForToolchainThenForInputsAndTakesTheSameGrantAgain() throws Exception {
        // When
        var first = worker.run(1, Jobs.request(Jobs.JOB));
        worker.submitToolchain();
        var second = worker.run(1, Jobs.request(Jobs.JOB));
        var third = worker.run(1, Jobs.request(Jobs.JOB, Jobs.SOURCE));

        // Then
        assertThat(first.result()).isEqualTo(new ToolchainMissing(Jobs.TOOLCHAIN));
        assertThat(second.result()).isEqualTo(new InputsMissing(List.of(Jobs.digest(Jobs.SOURCE))));
        assertThat(third.result()).isEqualTo(new Complete(0, 2_000, 1));
    }

    @Test
    void keepsInputsThatCameBeforeTheToolchain() throws Exception {
        // Given
        worker.run(1, Jobs.request(Jobs.JOB, Jobs.SOURCE));
        worker.submitToolchain();

        // When
        var received = worker.run(1, Jobs.request(Jobs.JOB));

        // Then
        assertThat(received.result()).isEqualTo(new Complete(0, 2_000, 1));
    }

    @Test
    void keepsLargeOutputsOnDiskUntilTheyAreSent() throws Exception {
        // Given
        worker.submitToolchain();
        String large = "x".repeat(3 << 20);
        worker.behaviour =
                (_, receiver) -> {
                    WorkerFixture.output(receiver, "/out/a.d", "small");
                    WorkerFixture.output(receiver, "/out/a.o", large);
                    return new SandboxResult.Ended(0, WorkerFixture.MOMENT, 1);
                };

        // When
        var received = worker.run(1);

        // Then
        assertThat(received.outputs())
                .isEqualTo(Map.of(0, "small (executable)", 1, large + " (executable)"));
        assertThat(worker.directory.resolve("outputs")).isEmptyDirectory();
    }

    @Test
    void removesAtStartWhatJobsOfAnEarlierStartLeft() throws Exception {
        // Given
        Path left = Files.createDirectories(worker.directory.resolve("outputs/abc-1"));
        Files.writeString(left.resolve("0"), "object");

        // When
        worker.service.start();

        // Then
        assertThat(worker.directory.resolve("outputs")).isEmptyDirectory();
    }

    @Test
    void runsNoJobTwice() throws Exception {
        // Given
        worker.submitToolchain();
        worker.run(1);

        // When
        var again = worker.run(1);

        // Then
        assertThat(again).isEqualTo(Jobs.notRun(Reason.STALE_GRANT, "grant was used already"));
        assertThat(worker.sandbox.specs).hasSize(1);
    }

    @Test
    void runsNoJobBesideItself() throws Exception {
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
            var first = threads.submit(() -> worker.run(1));
            isRunning.await();

            // When
            var second = worker.run(1);
            mayEnd.countDown();

            // Then
            assertThat(second).isEqualTo(Jobs.notRun(Reason.STALE_GRANT, "grant was used already"));
            assertThat(first.get().result()).isEqualTo(new Complete(0, 2_000, 1));
        }
    }

    @Test
    void tellsAFaultOfItsOwnAndFreesThePermit() throws Exception {
        // Given
        worker.submitToolchain();
        worker.behaviour =
                (_, _) -> {
                    throw new IllegalStateException("a bug");
                };

        // When
        var received = worker.run(1);

        // Then
        assertThat(received)
                .isEqualTo(
                        Jobs.notRun(
                                Reason.INTERNAL,
                                "fault in the worker: java.lang.IllegalStateException: a bug"));
        worker.behaviour = WorkerFixture::compile;
        assertThat(worker.run(2).result()).isEqualTo(new Complete(0, 2_000, 1));
    }
}
