package io.cachepot.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A job in the making; its input files are made below a directory of the test. */
final class TestJob {
    private final Sandbox sandbox;
    private final Path toolchain;
    private final Path sources;
    private final Received received;
    private final String executable;
    private final List<String> arguments;
    private final List<SandboxInput> inputs = new ArrayList<>();
    private Map<String, String> environment = Map.of("PATH", "/usr/bin");
    private String cwd = "/w";
    private List<String> outputs = List.of();
    private SandboxLimits limits =
            new SandboxLimits(Duration.ofMinutes(1), 16L << 20, 1L << 30, 512, 2L << 30);

    TestJob(
            Sandbox sandbox,
            Path toolchain,
            Path sources,
            Received received,
            String executable,
            List<String> arguments) {
        this.sandbox = sandbox;
        this.toolchain = toolchain;
        this.sources = sources;
        this.received = received;
        this.executable = executable;
        this.arguments = arguments;
    }

    TestJob environment(Map<String, String> environment) {
        this.environment = environment;
        return this;
    }

    TestJob cwd(String cwd) {
        this.cwd = cwd;
        return this;
    }

    TestJob outputs(String... outputs) {
        this.outputs = List.of(outputs);
        return this;
    }

    TestJob file(String path, String content) {
        return input(path, content, false);
    }

    TestJob executable(String path, String content) {
        return input(path, content, true);
    }

    private TestJob input(String path, String content, boolean isExecutable) {
        try {
            Path source = Files.createTempFile(sources, "source", "");
            Files.writeString(source, content);
            // As the contents of a worker, which another user's jobs may see.
            Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rw-r--r--"));
            inputs.add(new SandboxInput.File(path, source, isExecutable));
            return this;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    TestJob link(String path, String target) {
        inputs.add(new SandboxInput.Link(path, target));
        return this;
    }

    TestJob directory(String path) {
        inputs.add(new SandboxInput.Directory(path));
        return this;
    }

    TestJob wallTime(Duration wallTime) {
        return limits(
                wallTime,
                limits.stdioBytesMax(),
                limits.outputBytesMax(),
                limits.processesMax(),
                limits.memoryBytesMax());
    }

    TestJob stdioBytesMax(long bytes) {
        return limits(
                limits.wallTime(),
                bytes,
                limits.outputBytesMax(),
                limits.processesMax(),
                limits.memoryBytesMax());
    }

    TestJob outputBytesMax(long bytes) {
        return limits(
                limits.wallTime(),
                limits.stdioBytesMax(),
                bytes,
                limits.processesMax(),
                limits.memoryBytesMax());
    }

    TestJob processesMax(int processes) {
        return limits(
                limits.wallTime(),
                limits.stdioBytesMax(),
                limits.outputBytesMax(),
                processes,
                limits.memoryBytesMax());
    }

    TestJob memoryBytesMax(long bytes) {
        return limits(
                limits.wallTime(),
                limits.stdioBytesMax(),
                limits.outputBytesMax(),
                limits.processesMax(),
                bytes);
    }

    private TestJob limits(Duration wallTime, long stdio, long output, int processes, long memory) {
        limits = new SandboxLimits(wallTime, stdio, output, processes, memory);
        return this;
    }

    /** On the host, of the only input file. */
    Path source() {
        return inputs.stream()
                .filter(SandboxInput.File.class::isInstance)
                .map(input -> ((SandboxInput.File) input).source())
                .findFirst()
                .orElseThrow();
    }

    SandboxResult run() throws IOException, InterruptedException {
        return run(received);
    }

    SandboxResult run(SandboxReceiver to) throws IOException, InterruptedException {
        return sandbox.run(spec(), to);
    }

    SandboxSpec spec() {
        return new SandboxSpec(
                toolchain, inputs, executable, arguments, cwd, environment, outputs, limits);
    }
}
