package io.cachepot.sandbox.bubblewrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.sandbox.Sandbox;
import io.cachepot.sandbox.SandboxFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker that is killed leaves nothing that runs, and the next one cleans up. */
class WorkerDiesIT extends SandboxFixture {
    @Override
    protected Sandbox open(Path buildDir) {
        return BubblewrapSandboxes.started(buildDir);
    }

    /** 34 of the table of attempts. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void jobsDieWithTheWorker(boolean isHosted) throws Exception {
        // Given
        Path build = base().resolve("other");
        Process worker =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                WorkerThatDies.class.getName(),
                                toolchain().toString(),
                                build.toString(),
                                Boolean.toString(isHosted))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        awaitSomethingRuns();

        // When
        worker.destroyForcibly().waitFor();

        // Then
        awaitNothingRuns();
        try (var left = Files.list(build)) {
            assertThat(left).hasSize(1);
        }
        BubblewrapSandboxes.started(build).close();
        assertThat(build).isEmptyDirectory();
    }
}
