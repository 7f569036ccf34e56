package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.config.ClientConfig;
import io.cachepot.config.source.ConfigLoader;
import io.cachepot.config.source.Platform;
import io.cachepot.protocol.wire.Json;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A developer's machine in a directory: a project, a cache, a coordinator, the real wrapper. */
final class Machine implements AutoCloseable {
    static final Path WRAPPER = Path.of("target/wrapper/cachepot").toAbsolutePath();
    private static final int SECONDS_MAX = 60;

    final Path project;
    final Path cache;
    private final Path directory;
    private final Path socket;
    private final Map<String, String> environment = new HashMap<>();
    private Coordinator coordinator;
    private FutureTask<Void> ended;

    Machine(Path directory) throws IOException {
        this(directory, Map.of());
    }

    /** {@code settings} are variables of the coordinator's environment. */
    Machine(Path directory, Map<String, String> settings) throws IOException {
        this.directory = directory;
        project = Files.createDirectory(directory.resolve("project"));
        cache = directory.resolve("cache");
        // A socket's path is short; a test's directory is not always.
        socket = Files.createTempDirectory("cp").resolve("s");
        environment.put("CACHEPOT_COORDINATOR_SOCKET", socket.toString());
        // Nobody but the test starts a coordinator.
        environment.put("CACHEPOT_COORDINATOR_COMMAND", "/bin/false");
        start(settings);
    }

    void start(Map<String, String> settings) throws IOException {
        var variables = new HashMap<>(Map.of("CACHEPOT_DIR", cache.toString()));
        variables.putAll(settings);
        var platform = new Platform(Platform.OperatingSystem.LINUX, directory, variables, 2);
        ClientConfig config = new ConfigLoader(platform).client().config();
        var started =
                new Coordinator(
                        config, socket.resolveSibling("cached-config"), socket, List.of(), "test");
        try {
            started.start();
        } catch (IOException e) {
            started.close();
            throw e;
        }
        coordinator = started;
        ended = new FutureTask<>(() -> end(started), null);
        Thread.ofPlatform().name("coordinator").start(ended);
    }

    /** What its main program does. */
    private static void end(Coordinator coordinator) {
        try {
            coordinator.awaitStop();
            coordinator.close();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("coordinator did not end well", e);
        }
    }

    void stop() throws IOException {
        coordinator.stop();
        try {
            ended.get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IOException(e);
        }
    }

    void set(String name, String value) {
        environment.put(name, value);
    }

    /** How a command ended. */
    record Ended(int exitCode, String stdout, String stderr) {}

    /** {@code cachepot ARGUMENTS} in the project. */
    Ended cachepot(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(WRAPPER.toString());
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** A command without cachepot. */
    Ended plain(String... arguments) throws IOException, InterruptedException {
        return run(List.of(arguments));
    }

    /** A command in another directory than the project. */
    Ended in(Path place, String... arguments) throws IOException, InterruptedException {
        return run(place, List.of(arguments));
    }

    private Ended run(List<String> command) throws IOException, InterruptedException {
        return run(project, command);
    }

    private Ended run(Path place, List<String> command) throws IOException, InterruptedException {
        Path stdout = directory.resolve("stdout");
        Path stderr = directory.resolve("stderr");
        var builder =
                new ProcessBuilder(command)
                        .directory(place.toFile())
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(stdout.toFile())
                        .redirectError(stderr.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("CACHEPOT_"));
        builder.environment().put("PWD", place.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(command + " did not end");
        }
        return new Ended(
                process.exitValue(),
                Files.readString(stdout, StandardCharsets.ISO_8859_1),
                Files.readString(stderr, StandardCharsets.ISO_8859_1));
    }

    Path write(String name, String text) throws IOException {
        Path file = project.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(project.resolve(name));
    }

    /** The statistics, by the names that they have for programs. */
    Map<?, ?> stats() throws IOException, InterruptedException {
        Ended stats = cachepot("--show-stats", "--stats-format", "json");
        var all = Json.decode(stats.stdout().getBytes(StandardCharsets.UTF_8), Map.class);
        return all.get("stats") instanceof Map<?, ?> map ? map : Map.of();
    }

    /** One number of the statistics. */
    long count(String row) throws IOException, InterruptedException {
        Ended stats = cachepot("--show-stats");
        assertThat(stats.stderr()).isEmpty();
        return stats.stdout()
                .lines()
                .filter(line -> line.startsWith(row + " "))
                .map(line -> line.substring(row.length()).strip())
                .filter(value -> value.matches("\\d+"))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }

    long hits() throws IOException, InterruptedException {
        return count("Cache hits");
    }

    /** Returns when all results are stored: a question for the statistics waits for that. */
    void awaitStored() throws IOException, InterruptedException {
        hits();
    }

    /** Lets the clock of file times tick, so that what was written so far counts as settled. */
    static void settle() throws InterruptedException {
        Thread.sleep(40);
    }

    @Override
    public void close() throws IOException {
        stop();
        Files.deleteIfExists(socket);
        for (String suffix : List.of("lock", "failed")) {
            Files.deleteIfExists(socket.resolveSibling("s." + suffix));
        }
        Files.deleteIfExists(socket.resolveSibling(""));
    }
}
