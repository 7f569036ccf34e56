package io.cachepot.sandbox.bubblewrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.Bytes;
import io.cachepot.sandbox.SandboxInput;
import io.cachepot.sandbox.SandboxLimits;
import io.cachepot.sandbox.SandboxReceiver;
import io.cachepot.sandbox.SandboxResult;
import io.cachepot.sandbox.SandboxResult.Ended;
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
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A real compile as a client sends it: headers of the system lie in the compiler's own directories.
 */
class BubblewrapCompileIT implements SandboxReceiver {
    private static final Pattern HEADER = Pattern.compile("/usr/\\S+");

    private Path base;
    private Path toolchain;
    private Path source;
    private String stderr = "";
    private Bytes output = Bytes.EMPTY;

    @BeforeEach
    void packGcc() throws Exception {
        base = Files.createTempDirectory("cachepot-compile-");
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        toolchain = Files.createDirectory(base.resolve("toolchain"));
        TestToolchain.shell(toolchain)
                .add(Path.of("/usr/bin/gcc"))
                .add(Path.of(TestToolchain.output("gcc", "-print-prog-name=cc1").strip()))
                .add(Path.of("/usr/bin/as"));
        source = base.resolve("a.c");
        Files.writeString(
                source,
                """
                #include <stdio.h>
                #include <stdlib.h>
                #include <string.h>
                int main(void) { return printf("%zu", strlen("x")); }
                """);
    }

    @AfterEach
    void removeBase() throws IOException {
        TreeRemover.remove(base);
    }

    @Test
    void givesTheObjectFileThatTheHostGives() throws Exception {
        // Given
        var inputs = new ArrayList<SandboxInput>();
        inputs.add(new SandboxInput.File("/home/me/a.c", source, false));
        for (String header : headers()) {
            inputs.add(new SandboxInput.File(header, Path.of(header), false));
        }
        var spec =
                new SandboxSpec(
                        toolchain,
                        inputs,
                        "/usr/bin/gcc",
                        List.of("gcc", "-O2", "-c", "a.c", "-o", "a.o"),
                        "/home/me",
                        Map.of("PATH", "/usr/bin"),
                        List.of("/home/me/a.o"),
                        SandboxLimits.DEFAULT);

        // When
        SandboxResult result;
        try (var sandbox = BubblewrapSandboxes.started(base.resolve("build"))) {
            result = sandbox.run(spec, this);
        }

        // Then
        assertThat(result)
                .as(stderr)
                .isInstanceOfSatisfying(
                        Ended.class, ended -> assertThat(ended.exitCode()).as(stderr).isZero());
        assertThat(output).isEqualTo(Bytes.of(compileHere()));
    }

    private List<String> headers() throws Exception {
        String rule = TestToolchain.output("gcc", "-O2", "-M", source.toString());
        return HEADER.matcher(rule)
                .results()
                .map(found -> Path.of(found.group()).normalize().toString())
                .distinct()
                .toList();
    }

    private byte[] compileHere() throws Exception {
        Path object = base.resolve("a.o");
        Process process =
                new ProcessBuilder("gcc", "-O2", "-c", "a.c", "-o", object.toString())
                        .directory(base.toFile())
                        .start();
        assertThat(process.waitFor()).isZero();
        return Files.readAllBytes(object);
    }

    @Override
    public void stdout(Bytes bytes) {}

    @Override
    public void stderr(Bytes bytes) {
        stderr = bytes.toUtf8();
    }

    @Override
    public void output(String path, long sizeBytes, boolean executable, InputStream content)
            throws IOException {
        output = Bytes.of(content.readAllBytes());
    }
}
