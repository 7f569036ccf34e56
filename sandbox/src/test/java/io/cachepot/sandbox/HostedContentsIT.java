package io.cachepot.sandbox;

import static io.cachepot.sandbox.SandboxContract.exitCode;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.sandbox.bubblewrap.BubblewrapSandboxes;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Large inputs that jobs see where they lie, instead of copies. */
class HostedContentsIT extends SandboxFixture {
    private static final String LARGE = "0123456789abcdef".repeat(5_000);

    @Override
    protected Sandbox open(Path buildDir) {
        return BubblewrapSandboxes.hosted(buildDir, base().resolve("sources"));
    }

    @Test
    void aLargeInputIsSeenReadOnly() throws Exception {
        // Given
        var job =
                shell("cat in; echo more >> in || echo refused; rm in || echo kept; ls -l in")
                        .file("/w/in", LARGE);

        // When
        var result = job.run();

        // Then
        assertThat(exitCode(result)).as(received().stderr()).isZero();
        assertThat(received().stdout()).startsWith(LARGE + "refused\nkept\n-rw-r--r--");
        assertThat(received().stderr()).containsAnyOf("Read-only", "Permission denied");
        assertThat(job.source()).hasContent(LARGE);
    }

    @Test
    void aSmallOneIsACopyOfTheJobs() throws Exception {
        // Given
        var job = shell("echo more >> in && cat in && ls -l in").file("/w/in", "small\n");

        // When
        var result = job.run();

        // Then
        assertThat(exitCode(result)).as(received().stderr()).isZero();
        assertThat(received().stdout()).startsWith("small\nmore\n-rw-r--r--");
        assertThat(job.source()).hasContent("small\n");
    }

    @Test
    void aProgramRuns() throws Exception {
        // Given
        var job = shell("./in").executable("/w/in", "#!/usr/bin/sh\necho ran\n# " + LARGE);

        // When
        var result = job.run();

        // Then
        assertThat(exitCode(result)).as(received().stderr()).isZero();
        assertThat(received().stdout()).isEqualTo("ran\n");
    }

    @Test
    void manyAreSeen() throws Exception {
        // Given: more than are shown, so that some are copies
        var job = shell("cat in* | wc -c");
        for (int i = 0; i < 520; i++) {
            job.file("/w/in" + i, LARGE);
        }

        // When
        var result = job.run();

        // Then
        assertThat(exitCode(result)).as(received().stderr()).isZero();
        assertThat(received().stdout().strip()).isEqualTo(Integer.toString(520 * LARGE.length()));
    }

    @Test
    void whatTheJobMayReplaceIsACopy() throws Exception {
        // Given
        var job =
                shell("cat in > tmp; echo more >> tmp; mv tmp in")
                        .file("/w/in", LARGE)
                        .outputs("/w/in");

        // When
        var result = job.run();

        // Then
        assertThat(exitCode(result)).as(received().stderr()).isZero();
        assertThat(received().outputs())
                .singleElement()
                .satisfies(output -> assertThat(output.content()).isEqualTo(LARGE + "more\n"));
        assertThat(job.source()).hasContent(LARGE);
    }

    @Test
    void othersAreNotSeen() throws Exception {
        // Given
        Path other = Files.writeString(base().resolve("sources/other"), "secret");

        // When
        shell("cat /cas/other " + other + "; ls /cas; cat /proc/self/mountinfo")
                .file("/w/in", LARGE)
                .run();

        // Then
        assertThat(received().stdout()).contains("/w/in").doesNotContain("secret", "/cas");
        assertThat(received().stderr()).contains("No such file");
    }

    @Test
    void staysForTheJobWhenItIsRemovedMeanwhile() throws Exception {
        // Given
        var job = shell("sleep 1; cat in").file("/w/in", LARGE);
        Thread remover =
                Thread.ofVirtual()
                        .start(() -> {
                            awaitSomethingRuns();
                            job.source().toFile().delete();
                        });

        // When
        var result = job.run();

        // Then
        remover.join();
        assertThat(exitCode(result)).as(received().stderr()).isZero();
        assertThat(received().stdout()).isEqualTo(LARGE);
        assertThat(job.source()).doesNotExist();
    }
}
