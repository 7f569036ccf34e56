package io.cachepot.node.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.config.WorkerLimits;
import io.cachepot.node.cache.BlobStore;
import io.cachepot.node.cache.ResultStore;
import io.cachepot.node.toolchain.ToolchainStore;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.SubmitToolchainResult;
import io.cachepot.sandbox.SandboxReceiver;
import io.cachepot.sandbox.SandboxResult;
import io.cachepot.sandbox.SandboxSpec;
import io.cachepot.sandbox.archive.ArchiveLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/** A worker of one permit with real stores and a sandbox that does what the test says. */
final class WorkerFixture {
    static final Duration MOMENT = Duration.ofMillis(1);
    static final Duration LONG = Duration.ofMinutes(1);

    final Path directory;
    final WorkerStatus status = new WorkerStatus(1);
    final JobStatistics statistics = new JobStatistics();
    final BlobStore blobs;
    final ResultStore results;
    final WorkerService service;
    final FakeSandbox sandbox =
            new FakeSandbox((spec, receiver) -> this.behaviour.run(spec, receiver));

    /** What the sandbox does; written by the test, read by threads of jobs. */
    volatile FakeSandbox.Behaviour behaviour = WorkerFixture::compile;

    WorkerFixture(Path directory) throws IOException {
        this.directory = directory;
        var clock = InstantSource.fixed(Jobs.NOW);
        var toolchains = new ToolchainStore(directory, 1 << 20, ArchiveLimits.DEFAULT, clock);
        blobs = new BlobStore(directory, 1 << 20, 1 << 10);
        toolchains.start();
        blobs.start();
        var executor =
                JobExecutors.chain(
                        sandbox, new WorkerLimits(1, LONG, 1L << 30), status, statistics);
        results = new ResultStore(directory, 1 << 20);
        results.start();
        var supply = new ToolchainSupply(toolchains);
        var desk = new JobDesk(new UsedJobs(clock, 100), status, supply, blobs, results, executor);
        service = new WorkerService(toolchains, supply, results, status, desk, directory, MOMENT);
        service.start();
    }

    static SandboxResult compile(SandboxSpec spec, SandboxReceiver receiver) throws IOException {
        receiver.stdout(Bytes.utf8("out"));
        receiver.stderr(Bytes.utf8("warning"));
        output(receiver, "/out/a.o", "object");
        return new SandboxResult.Ended(0, Duration.ofMillis(2), 1);
    }

    static void output(SandboxReceiver receiver, String path, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        receiver.output(path, bytes.length, true, new ByteArrayInputStream(bytes));
    }

    void submitToolchain() throws InterruptedException {
        var archive = new ByteArrayInputStream(Jobs.ARCHIVE);
        assertThat(service.submitToolchain(Jobs.ticket(1), archive))
                .isEqualTo(new SubmitToolchainResult.Ready());
    }

    Jobs.Received run(int ticket, byte[] request) throws Exception {
        var answer = new ByteArrayOutputStream();
        service.runJob(Jobs.ticket(ticket), new ByteArrayInputStream(request), answer);
        return Jobs.received(answer.toByteArray());
    }

    Jobs.Received run(int ticket) throws Exception {
        return run(ticket, Jobs.request(Jobs.JOB, Jobs.SOURCE));
    }
}
