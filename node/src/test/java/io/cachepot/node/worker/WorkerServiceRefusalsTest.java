package io.cachepot.node.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.EndedJob;
import io.cachepot.protocol.InputEntry;
import io.cachepot.protocol.Job;
import io.cachepot.protocol.RunJobResult.Complete;
import io.cachepot.protocol.RunJobResult.NotRun;
import io.cachepot.protocol.RunJobResult.Reason;
import io.cachepot.protocol.ToolchainId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkerServiceRefusalsTest {
    @TempDir private Path directory;
    private WorkerFixture worker;

    @BeforeEach
    void start() throws IOException {
        worker = new WorkerFixture(directory);
    }

    @Test
    void refusesJobWithAnotherToolchainThanTheGrantNames() throws Exception {
        // Given
        var other = new ToolchainId(Jobs.digest("other"));
        var job =
                new Job(
                        other,
                        Jobs.JOB.executable(),
                        Jobs.JOB.arguments(),
                        Jobs.JOB.cwd(),
                        Jobs.JOB.environment(),
                        Jobs.JOB.inputs(),
                        Jobs.JOB.outputs(),
                        Jobs.JOB.timeoutMillis());

        // When
        var received = worker.run(1, Jobs.request(job, Jobs.SOURCE));

        // Then
        assertThat(received)
                .isEqualTo(
                        Jobs.notRun(
                                Reason.STALE_GRANT,
                                "grant is for toolchain "
                                        + Jobs.TOOLCHAIN
                                        + ", the job wants "
                                        + other));
    }

    @Test
    void refusesTruncatedStream() throws Exception {
        // Given
        byte[] whole = Jobs.request(Jobs.JOB, Jobs.SOURCE);

        // When
        var received = worker.run(1, Arrays.copyOf(whole, whole.length - 20));

        // Then
        assertThat(received)
                .isEqualTo(Jobs.notRun(Reason.BAD_JOB, "client sent a stream that is cut short"));
        assertThat(worker.status.snapshot(0).ended())
                .extracting(EndedJob::job)
                .containsExactly(Jobs.id(1));
    }

    @Test
    void refusesDamagedStreamAndTakesNothingBackOfWhatItRefused() throws Exception {
        // Given
        worker.submitToolchain();
        byte[] damaged = Jobs.request(Jobs.JOB, Jobs.SOURCE);
        damaged[damaged.length - 1] ^= 1;

        // When
        var received = worker.run(1, damaged);

        // Then
        assertThat(received)
                .isEqualTo(
                        Jobs.notRun(
                                Reason.BAD_JOB,
                                "client sent a damaged stream: its digest is wrong"));
        assertThat(worker.sandbox.specs).isEmpty();
        assertThat(worker.run(1).result()).isInstanceOf(NotRun.class);
        assertThat(worker.run(2).result()).isInstanceOf(Complete.class);
    }

    @Test
    void refusesWhatIsNoJobStream() throws Exception {
        // When
        var received = worker.run(1, "GET / HTTP/1.1".getBytes(StandardCharsets.US_ASCII));

        // Then
        assertThat(received)
                .isEqualTo(
                        Jobs.notRun(
                                Reason.BAD_JOB,
                                "client sent no part stream: it does not begin with CPOT"));
    }

    @Test
    void refusesContentThatIsNoInputOfTheJob() throws Exception {
        // When
        var received = worker.run(1, Jobs.request(Jobs.JOB, "unasked"));

        // Then
        assertThat(received)
                .isEqualTo(
                        Jobs.notRun(
                                Reason.BAD_JOB,
                                "job stream has content "
                                        + Jobs.digest("unasked")
                                        + ", expected inputs of the job, each once at most"));
        assertThat(worker.blobs.details().bytes()).isZero();
    }

    @Test
    void refusesContentThatComesTwice() throws Exception {
        // When
        var received = worker.run(1, Jobs.request(Jobs.JOB, Jobs.SOURCE, Jobs.SOURCE));

        // Then
        assertThat(received.result())
                .isInstanceOfSatisfying(
                        NotRun.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.BAD_JOB));
    }

    @Test
    void refusesInputThatIsLargerThanTheStoreTakes() throws Exception {
        // Given
        String large = "a".repeat(1025);
        var job = withSource(large);

        // When
        var received = worker.run(1, Jobs.request(job, large));

        // Then
        assertThat(received)
                .isEqualTo(
                        Jobs.notRun(
                                Reason.BAD_JOB,
                                "content of "
                                        + Jobs.digest(large)
                                        + " has 1025 bytes, expected at most 1024"));
    }

    private static Job withSource(String source) {
        return new Job(
                Jobs.TOOLCHAIN,
                Jobs.JOB.executable(),
                Jobs.JOB.arguments(),
                Jobs.JOB.cwd(),
                Jobs.JOB.environment(),
                List.of(
                        new InputEntry.File(
                                "/src/a.c", Jobs.digest(source), source.length(), false)),
                Jobs.JOB.outputs(),
                Jobs.JOB.timeoutMillis());
    }
}
