package io.cachepot.node.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.config.WorkerLimits;
import io.cachepot.protocol.RunJobResult.Complete;
import io.cachepot.protocol.RunJobResult.NotRun;
import io.cachepot.protocol.RunJobResult.Reason;
import io.cachepot.sandbox.SandboxException;
import io.cachepot.sandbox.SandboxInput;
import io.cachepot.sandbox.SandboxResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SandboxJobExecutorTest {
    private static final long MEMORY = 3 << 20;

    private static final FakeSandbox.Behaviour FAIL_SILENTLY =
            (_, _) -> new SandboxResult.Ended(3, Duration.ofMillis(2), 5 << 20);

    @Test
    void laysInputsOverTheToolchain() throws InterruptedException {
        // Given
        var sandbox = new FakeSandbox(FAIL_SILENTLY);

        // When
        new SandboxJobExecutor(sandbox, MEMORY).run(Jobs.prepared(1));

        // Then
        var spec = sandbox.specs.getFirst();
        assertThat(spec.toolchainRoot()).isEqualTo(Path.of("/toolchain"));
        assertThat(spec.inputs())
                .containsExactly(
                        new SandboxInput.File(
                                "/src/a.c",
                                Path.of("/blobs/" + Jobs.digest(Jobs.SOURCE)),
                                /* executable= */ false),
                        new SandboxInput.Link("/src/b.c", "a.c"),
                        new SandboxInput.Directory("/src/c"));
        assertThat(spec.executable()).isEqualTo(Jobs.JOB.executable());
        assertThat(spec.arguments()).isEqualTo(Jobs.JOB.arguments());
        assertThat(spec.cwd()).isEqualTo("/src");
        assertThat(spec.environment()).isEqualTo(Jobs.JOB.environment());
        assertThat(spec.outputs()).isEqualTo(Jobs.JOB.outputs());
        assertThat(spec.limits().wallTime()).isEqualTo(Duration.ofMinutes(1));
        assertThat(spec.limits().stdioBytesMax()).isEqualTo(16 << 20);
        assertThat(spec.limits().memoryBytesMax()).isEqualTo(MEMORY);
    }

    @Test
    void passesOnTheExitCodeOfTheCompiler() throws InterruptedException {
        // Given
        var executor = new SandboxJobExecutor(new FakeSandbox(FAIL_SILENTLY), MEMORY);

        // When
        var result = executor.run(Jobs.prepared(1));

        // Then
        assertThat(result).isEqualTo(new Complete(3, 2_000, 5 << 20));
    }

    @Test
    void namesTheLimitThatWasExceeded() throws InterruptedException {
        // Given
        var executor =
                new SandboxJobExecutor(
                        new FakeSandbox((_, _) ->
                                new SandboxResult.LimitExceeded(
                                        SandboxResult.Limit.WALL_TIME, "after PT1M")),
                        MEMORY);

        // When
        var result = executor.run(Jobs.prepared(1));

        // Then
        assertThat(result).isEqualTo(new NotRun(Reason.LIMIT, "WALL_TIME: after PT1M"));
    }

    @Test
    void blamesTheJobForWhatTheSandboxCanNotRun() throws InterruptedException {
        // Given
        var executor =
                new SandboxJobExecutor(
                        new FakeSandbox((_, _) -> {
                            throw new SandboxException("/usr/bin/cc is not there");
                        }),
                        MEMORY);

        // When
        var result = executor.run(Jobs.prepared(1));

        // Then
        assertThat(result).isEqualTo(new NotRun(Reason.BAD_JOB, "/usr/bin/cc is not there"));
    }

    @Test
    void blamesTheSandboxForItsOwnTrouble() throws InterruptedException {
        // Given
        var executor =
                new SandboxJobExecutor(
                        new FakeSandbox((_, _) -> {
                            throw new IOException("helper died");
                        }),
                        MEMORY);

        // When
        var result = executor.run(Jobs.prepared(1));

        // Then
        assertThat(result)
                .isEqualTo(
                        new NotRun(
                                Reason.SANDBOX,
                                "sandbox failed: java.io.IOException: helper died"));
    }

    @Test
    void givesJobTheLowerOfBothLimitsOfTime() throws InterruptedException {
        // Given
        var sandbox = new FakeSandbox(FAIL_SILENTLY);
        var status = new WorkerStatus(1);
        var strict =
                JobExecutors.chain(
                        sandbox,
                        new WorkerLimits(1, Duration.ofSeconds(2), MEMORY),
                        status,
                        new JobStatistics());
        var lax =
                JobExecutors.chain(
                        sandbox,
                        new WorkerLimits(1, Duration.ofHours(2), MEMORY),
                        status,
                        new JobStatistics());

        // When
        strict.run(Jobs.prepared(1));
        lax.run(Jobs.prepared(2));

        // Then
        assertThat(sandbox.specs)
                .extracting(spec -> spec.limits().wallTime())
                .containsExactly(Duration.ofSeconds(2), Duration.ofMinutes(1));
    }
}
