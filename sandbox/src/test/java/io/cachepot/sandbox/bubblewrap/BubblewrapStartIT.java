package io.cachepot.sandbox.bubblewrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BubblewrapStartIT {
    private Path base;

    @BeforeEach
    void makeBase() throws IOException {
        base = Files.createTempDirectory("cachepot-start-");
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void removeBase() throws IOException {
        TreeRemover.remove(base);
    }

    @Test
    void refusesProgramThatIsMissing() {
        assertRefused(base.resolve("bwrap"))
                .hasMessageContaining("which is no file")
                .hasMessageContaining("install the package 'bubblewrap'");
    }

    @Test
    void refusesProgramThatIsNotExecutable() throws IOException {
        assertRefused(Files.writeString(base.resolve("bwrap"), "x"))
                .hasMessageContaining("chmod a+x");
    }

    @Test
    void refusesProgramThatIsSomethingElse() throws IOException {
        assertRefused(script("echo hello"))
                .hasMessageContaining("says 'hello'")
                .hasMessageContaining("expected 'bubblewrap x.y.z'");
    }

    @Test
    void refusesProgramThatIsTooOld() throws IOException {
        assertRefused(script("echo bubblewrap 0.2.1"))
                .hasMessageContaining("bubblewrap 0.2.1, expected 0.3.0 or later");
    }

    @Test
    void refusesMachineOnWhichTheTrialFails() throws IOException {
        assertRefused(
                        script(
                                """
                                [ "$1" = --version ] && echo bubblewrap 0.8.0 && exit 0
                                echo 'bwrap: setting up uid map: Permission denied' >&2
                                exit 1
                                """))
                .hasMessageContaining("setting up uid map: Permission denied")
                .hasMessageContaining("expected user namespaces");
        try (var left = Files.list(base.resolve("build"))) {
            assertThat(left).isEmpty();
        }
    }

    private Path script(String body) throws IOException {
        Path script = Files.writeString(base.resolve("bwrap"), "#!/bin/sh\n" + body);
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(Path bwrap) {
        var sandbox =
                new BubblewrapSandbox(
                        new BubblewrapSettings(
                                bwrap,
                                base.resolve("build"),
                                Optional.empty(),
                                Optional.of(65_534)));
        return assertThatThrownBy(sandbox::start)
                .isInstanceOf(SandboxException.class)
                .hasMessageNotContaining("\n");
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        Path relative = Path.of("bwrap");
        assertThatThrownBy(() ->
                        new BubblewrapSettings(relative, base, Optional.empty(), Optional.of(1)))
                .hasMessageContaining("sandbox.bwrap_path is bwrap");
        assertThatThrownBy(() ->
                        new BubblewrapSettings(base, relative, Optional.empty(), Optional.of(1)))
                .hasMessageContaining("sandbox.build_dir is bwrap");
        assertThatThrownBy(
                        () -> new BubblewrapSettings(base, base, Optional.empty(), Optional.of(0)))
                .hasMessageContaining("sandbox.run_as_uid is 0");
    }

    @Test
    void refusesRootUnlessToldWhomJobsShallRunAs() throws IOException {
        var sandbox =
                new BubblewrapSandbox(
                        new BubblewrapSettings(
                                BubblewrapSandboxes.BWRAP,
                                base.resolve("build"),
                                Optional.empty(),
                                Optional.empty()));
        try (sandbox) {
            boolean isRoot = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
            if (isRoot) {
                assertThatThrownBy(sandbox::start)
                        .isInstanceOf(SandboxException.class)
                        .hasMessageContaining("the worker is root")
                        .hasMessageContaining("builder.run_as_uid");
            } else {
                sandbox.start();
            }
        }
    }

    @Test
    void removesWhatDeadWorkersLeftAndNothingElse() throws IOException {
        // Given
        Path build = Files.createDirectory(base.resolve("build"));
        Path stale = build.resolve("cachepot-sandbox-123");
        Files.createDirectories(stale.resolve("job-1/root/w"));
        Files.createFile(stale.resolve("lock"));
        Path foreign = Files.createDirectories(build.resolve("foreign/data"));
        Path alike = Files.createDirectories(build.resolve("cachepot-sandbox-data"));

        // When
        try (var _ = BubblewrapSandboxes.started(build)) {
            // Then
            assertThat(stale).doesNotExist();
            assertThat(foreign).exists();
            assertThat(alike).exists();
        }
    }

    @Test
    void leavesAloneWhatALiveSandboxHas() throws IOException {
        // Given
        Path build = base.resolve("build");
        try (var _ = BubblewrapSandboxes.started(build)) {
            // When
            BubblewrapSandboxes.started(build).close();

            // Then
            try (var left = Files.list(build)) {
                assertThat(left).hasSize(1);
            }
        }
        try (var left = Files.list(build)) {
            assertThat(left).isEmpty();
        }
    }
}
