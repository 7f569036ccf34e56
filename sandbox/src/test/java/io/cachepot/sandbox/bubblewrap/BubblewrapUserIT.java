package io.cachepot.sandbox.bubblewrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.protocol.Bytes;
import io.cachepot.sandbox.SandboxException;
import io.cachepot.sandbox.SandboxLimits;
import io.cachepot.sandbox.SandboxReceiver;
import io.cachepot.sandbox.SandboxSpec;
import io.cachepot.sandbox.TestToolchain;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who jobs are on the host: never root, and themselves only as an ordinary user. */
class BubblewrapUserIT {
    private Path base;
    private Path toolchain;

    @BeforeEach
    void makeToolchain() throws Exception {
        base = Files.createTempDirectory("cachepot-user-");
        open(base);
        toolchain = Files.createDirectory(base.resolve("toolchain"));
        TestToolchain.shell(toolchain);
    }

    @AfterEach
    void removeBase() throws IOException {
        TreeRemover.remove(base);
    }

    private static void open(Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void jobIsNeverRootOnTheHost() throws Exception {
        // Given
        Path build = base.resolve("build");
        var owner = new ArrayList<Object>();

        // When
        try (var sandbox = BubblewrapSandboxes.started(build)) {
            sandbox.run(
                    spec("echo x > /w/out"),
                    new Outputs(() -> {
                        try (var files = Files.find(build, 9, (p, _) -> p.endsWith("w/out"))) {
                            owner.add(
                                    Files.getAttribute(
                                            files.findFirst().orElseThrow(), "unix:uid"));
                        }
                    }));
        }

        // Then
        assertThat(owner).hasSize(1).doesNotContain(0);
    }

    @Test
    void refusesDirectoriesThatTheJobsUserCanNotEnter() throws Exception {
        // Given
        Path closed = Files.createDirectory(base.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        var user = new JobUser.Other(Path.of("/usr/bin/setpriv"), 65534);

        // When
        // Then
        assertThatThrownBy(() -> user.checkReaches(Files.createDirectory(closed.resolve("build"))))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("directory " + closed.toRealPath() + " can not be entered")
                .hasMessageContaining("65534")
                .hasMessageContaining("chmod a+x");
    }

    private SandboxSpec spec(String script) {
        return new SandboxSpec(
                toolchain,
                List.of(),
                "/usr/bin/sh",
                List.of("sh", "-c", script),
                "/w",
                Map.of("PATH", "/usr/bin"),
                List.of("/w/out"),
                SandboxLimits.DEFAULT);
    }

    /** Looks at the host before the job's directory goes. */
    private interface Look {
        void look() throws IOException;
    }

    private static final class Outputs implements SandboxReceiver {
        private final Look look;

        Outputs(Look look) {
            this.look = look;
        }

        @Override
        public void stdout(Bytes bytes) {}

        @Override
        public void stderr(Bytes bytes) {}

        @Override
        public void output(String path, long sizeBytes, boolean executable, InputStream content)
                throws IOException {
            look.look();
        }
    }
}
