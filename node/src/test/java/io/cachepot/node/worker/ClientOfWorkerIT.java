package io.cachepot.node.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.client.cache.DiskStore;
import io.cachepot.client.cache.OutputFiles;
import io.cachepot.client.cache.Target;
import io.cachepot.client.dist.DistException;
import io.cachepot.client.dist.GrantPool;
import io.cachepot.client.dist.JobHistory;
import io.cachepot.client.dist.RemoteCompiler;
import io.cachepot.client.dist.RemoteJob;
import io.cachepot.client.dist.RemoteResult;
import io.cachepot.client.dist.SchedulerClient;
import io.cachepot.client.dist.Uploads;
import io.cachepot.client.packaging.ToolchainArchive;
import io.cachepot.config.DiskCache;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.Priority;
import io.cachepot.sandbox.SandboxResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client as it is against the worker as it is, over TLS; only the sandbox is a fake. */
final class ClientOfWorkerIT {
    @TempDir private Path directory;
    private WorkerFixture worker;
    private FakeFrontDoor front;
    private SchedulerClient scheduler;
    private RemoteCompiler remote;
    private ToolchainArchive toolchain;
    private RemoteJob job;

    @BeforeEach
    void start() throws IOException {
        worker = new WorkerFixture(directory.resolve("worker"));
        front = new FakeFrontDoor(worker.service);
        scheduler =
                new SchedulerClient(
                        List.of(front.schedulerUrl()), () -> "token", "me@here", new Random(1));
        var store =
                new DiskStore(
                        new DiskCache(directory.resolve("client"), 1 << 20, 0),
                        InstantSource.system());
        store.start();
        remote =
                new RemoteCompiler(
                        new GrantPool(
                                scheduler,
                                "me@here",
                                Priority.NORMAL,
                                System::nanoTime,
                                new Random(1)),
                        store,
                        new JobHistory(),
                        new Uploads(System::nanoTime),
                        Optional.of(scheduler));
        toolchain =
                new ToolchainArchive(
                        Jobs.TOOLCHAIN, Files.write(directory.resolve("archive"), Jobs.ARCHIVE));
        job =
                new RemoteJob(
                        Jobs.JOB,
                        Digest.EMPTY,
                        Map.of(
                                Jobs.digest(Jobs.SOURCE),
                                Files.writeString(directory.resolve("a.c"), Jobs.SOURCE)),
                        List.of(
                                new Target(directory.resolve("a.d"), false),
                                new Target(directory.resolve("a.o"), true)));
    }

    @AfterEach
    void close() {
        remote.close();
        scheduler.close();
        worker.service.close();
        front.close();
    }

    private RemoteResult compile() throws DistException, InterruptedException {
        return remote.run(job, toolchain, () -> new OutputFiles(022));
    }

    @Test
    void sendsToolchainAndInputsAndGetsTheObject() throws Exception {
        // When
        var result = compile();
        result.outputs().commit();

        // Then
        assertThat(result.exitCode()).isZero();
        assertThat(result.stdout()).isEqualTo(Bytes.utf8("out"));
        assertThat(result.stderr()).isEqualTo(Bytes.utf8("warning"));
        assertThat(directory.resolve("a.o")).hasContent("object").isExecutable();
        assertThat(directory.resolve("a.d")).doesNotExist();
    }

    @Test
    void compilesAgainWithWhatTheWorkerHolds() throws Exception {
        // Given
        compile().outputs().close();

        // When
        var result = compile();

        // Then
        assertThat(result.outputs().size()).isEqualTo(1);
        assertThat(worker.sandbox.specs).hasSize(2);
        assertThat(worker.statistics.counts().incomplete()).isZero();
        result.outputs().close();
    }

    @Test
    void hearsWhyTheWorkerDidNotRunIt() {
        // Given
        worker.service.drain();

        // When
        assertThatThrownBy(this::compile)
                // Then
                .isInstanceOf(DistException.class)
                .hasMessageContaining(
                        "worker worker.example:10501 did not run it (NO_PERMIT): worker is"
                                + " draining");
    }

    @Test
    void killsTheCompilerOnTheWorkerWhenItIsInterrupted() throws Exception {
        // Given
        var isRunning = new CountDownLatch(1);
        var isKilled = new CountDownLatch(1);
        worker.behaviour = (_, _) -> hang(isRunning, isKilled);
        var isInterrupted = new AtomicBoolean();
        Thread build =
                Thread.startVirtualThread(() -> {
                    try {
                        compile();
                    } catch (InterruptedException _) {
                        isInterrupted.set(true);
                    } catch (DistException e) {
                        throw new IllegalStateException(e);
                    }
                });
        assertThat(isRunning.await(1, TimeUnit.MINUTES)).isTrue();

        // When
        build.interrupt();

        // Then
        build.join();
        assertThat(isKilled.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(isInterrupted).isTrue();
    }

    private static SandboxResult hang(CountDownLatch isRunning, CountDownLatch isKilled)
            throws InterruptedException {
        isRunning.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            isKilled.countDown();
            throw e;
        }
        throw new IllegalStateException("nobody counts down");
    }
}
