package io.cachepot.client.wrapper;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A call of a program in a directory of its own, with an environment that holds only what the test
 * says.
 */
final class WrapperCall {
    private static final int SECONDS_MAX = 30;

    private final Path directory;
    private final List<String> command = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private String stdin = "";

    private WrapperCall(Path directory, List<String> command) {
        this.directory = directory;
        this.command.addAll(command);
        environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("XDG_RUNTIME_DIR", directory.toString());
    }

    /** The way a call ended. {@code exitCode} is 128 + n after signal n, as for a shell. */
    record Result(int exitCode, String stdout, String stderr) {}

    static WrapperCall of(Path directory, String... command) {
        return new WrapperCall(directory, List.of(command));
    }

    static WrapperCall of(Path directory, WrapperBinary binary, String... arguments) {
        return of(directory, binary.path().toString()).with(arguments);
    }

    WrapperCall with(String... arguments) {
        command.addAll(List.of(arguments));
        return this;
    }

    WrapperCall set(String name, Object value) {
        environment.put(name, value.toString());
        return this;
    }

    WrapperCall unset(String name) {
        environment.remove(name);
        return this;
    }

    WrapperCall coordinator(FakeCoordinator coordinator) {
        return set("CACHEPOT_COORDINATOR_SOCKET", coordinator.socket());
    }

    WrapperCall stdin(String text) {
        stdin = text;
        return this;
    }

    Process start() throws IOException {
        var builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    /**
     * Runs it to its end; output goes through files, so that no reader can hang on a pipe that
     * somebody kept.
     */
    Result run() throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "stdout", "");
        Path err = Files.createTempFile(directory, "stderr", "");
        Path in = Files.createTempFile(directory, "stdin", "");
        Files.writeString(in, stdin);
        var builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectInput(in.toFile());
        builder.redirectOutput(out.toFile());
        builder.redirectError(err.toFile());
        Process process = builder.start();
        try {
            if (!process.waitFor(SECONDS_MAX, SECONDS)) {
                throw new AssertionError(command + " did not end within " + SECONDS_MAX + " s");
            }
            return new Result(process.exitValue(), text(out), text(err));
        } finally {
            process.destroyForcibly().waitFor();
            Files.delete(out);
            Files.delete(err);
            Files.delete(in);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
