package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A developer's machine: a wrapper, a coordinator that starts by itself, a cache, projects. */
final class Developer implements AutoCloseable {
    private static final long MINUTES_MAX = 5;

    /** Where compilers are packed, once for all developers of a run: it takes seconds. */
    private static final class Toolchains {
        static final Path DIRECTORY = directory();

        private static Path directory() {
            try {
                Path directory = Files.createTempDirectory("cachepot-toolchains-");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(directory)));
                return directory;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void remove(Path directory) {
            try {
                Trees.remove(directory);
            } catch (IOException _) {
                // It is temporary in any case.
            }
        }
    }

    final Path directory;
    private final Path socket;
    private final Map<String, String> environment = new HashMap<>();
    private int others;

    Developer(String schedulerUrl, String token) throws IOException {
        this(
                URI.create(schedulerUrl),
                """
                type = "token"
                token = "%s"
                """
                        .formatted(token));
    }

    /** One whose table {@code dist.auth} is {@code auth}, as TOML. */
    static Developer withAuth(String schedulerUrl, String auth) throws IOException {
        return new Developer(URI.create(schedulerUrl), auth);
    }

    private Developer(URI schedulerUrl, String auth) throws IOException {
        directory = Files.createTempDirectory("cachepot-developer-");
        socket = directory.resolve("s");
        Path config =
                Files.writeString(
                        directory.resolve("client.conf"),
                        """
                        [dist]
                        scheduler_url = "%s"
                        cache_dir = "%s"
                        [dist.auth]
                        %s
                        """
                                .formatted(schedulerUrl, Toolchains.DIRECTORY, auth));
        environment.put("CACHEPOT_CONF", config.toString());
        environment.put("CACHEPOT_COORDINATOR_SOCKET", socket.toString());
        environment.put("CACHEPOT_DIR", directory.resolve("results").toString());
        environment.put("CACHEPOT_ERROR_LOG", directory.resolve("coordinator.log").toString());
        environment.put("CACHEPOT_LOG", "cachepot=debug");
        environment.put("CACHEPOT_CACHED_CONF", directory.resolve("cached-config").toString());
        environment.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
    }

    /** Adds to the settings; to be called before the coordinator starts. */
    void configure(String toml) throws IOException {
        Path config = directory.resolve("client.conf");
        Files.writeString(config, Files.readString(config) + toml);
    }

    /** Adds to the table {@code dist}; to be called before the coordinator starts. */
    void setDist(String toml) throws IOException {
        Path config = directory.resolve("client.conf");
        Files.writeString(
                config, Files.readString(config).replace("[dist]\n", "[dist]\n" + toml + "\n"));
    }

    /** Sets a variable; to be called before the coordinator starts. */
    void set(String name, String value) {
        environment.put(name, value);
    }

    /** The same without a variable. */
    void unset(String name) {
        environment.remove(name);
    }

    /** How a command ended. */
    record Ended(int exitCode, String stdout, String stderr) {}

    Ended run(Path cwd, String... command) throws IOException, InterruptedException {
        Path stdout = Files.createTempFile(directory, "out", "");
        Path stderr = Files.createTempFile(directory, "err", "");
        Process process =
                builder(cwd, List.of(command))
                        .redirectOutput(stdout.toFile())
                        .redirectError(stderr.toFile())
                        .start();
        if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException(String.join(" ", command) + " did not end");
        }
        return new Ended(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
    }

    /** {@code cachepot ARGUMENT...}. */
    Ended cachepot(Path cwd, String... arguments) throws IOException, InterruptedException {
        return installed("cachepot", cwd, arguments);
    }

    /** {@code cachepot-dist ARGUMENT...}. */
    Ended dist(Path cwd, String... arguments) throws IOException, InterruptedException {
        return installed("cachepot-dist", cwd, arguments);
    }

    private Ended installed(String program, Path cwd, String... arguments)
            throws IOException, InterruptedException {
        var command = new String[arguments.length + 1];
        command[0] = Installed.program(program).toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return run(cwd, command);
    }

    /** Compiles a file that was not there before, which must succeed; how many workers did it. */
    int compileAnother() throws IOException, InterruptedException {
        String name = "another" + ++others;
        Path source = directory.resolve(name + ".c");
        Files.writeString(source, "int " + name + ";\n");
        int before = stats().remote();
        assertThat(cachepot(directory, "gcc", "-c", source.toString()))
                .isEqualTo(new Ended(0, "", ""));
        return stats().remote() - before;
    }

    /** A command that goes on; its output goes to {@code log}. */
    Process start(Path cwd, Path log, String... command) throws IOException {
        return builder(cwd, List.of(command))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private ProcessBuilder builder(Path cwd, List<String> command) {
        var builder =
                new ProcessBuilder(command)
                        .directory(cwd.toFile())
                        .redirectInput(new File("/dev/null"));
        builder.environment().keySet().removeIf(name -> name.startsWith("CACHEPOT_"));
        builder.environment().putAll(environment);
        builder.environment().put("PWD", cwd.toString());
        return builder;
    }

    Statistics stats() throws IOException, InterruptedException {
        return new Statistics(
                cachepot(directory, "--show-stats", "--stats-format", "json").stdout());
    }

    String coordinatorLog() throws IOException {
        Path log = directory.resolve("coordinator.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** As the kernel would: it has no time to say goodbye. */
    void killCoordinator() {
        coordinators().forEach(ProcessHandle::destroyForcibly);
    }

    private List<ProcessHandle> coordinators() {
        return ProcessHandle.allProcesses()
                .filter(each -> Processes.commandLine(each).contains(socket.toString()))
                .filter(each -> each.info().command().orElse("").endsWith("/java"))
                .toList();
    }

    @Override
    public void close() throws IOException {
        List<ProcessHandle> coordinators = coordinators();
        start(
                        directory,
                        directory.resolve("stop.log"),
                        Installed.program("cachepot").toString(),
                        "--stop-coordinator")
                .onExit()
                .join();
        // It has said goodbye and may still be storing what it had begun to.
        coordinators.forEach(each -> each.onExit().join());
        Trees.remove(directory);
    }
}
