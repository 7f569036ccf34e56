package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * cachepot as it is installed: the real wrapper, which starts a coordinator in a JVM of its own
 * when it needs one. The command that does so counts its runs.
 */
final class Installation implements AutoCloseable {
    private static final int SECONDS_MAX = 120;

    final Path project;
    final Path cache;
    final Path log;
    private final Path directory;
    private final Path runtime;
    private final Map<String, String> environment = new HashMap<>();

    Installation(Path directory) throws IOException {
        this.directory = directory;
        project = Files.createDirectory(directory.resolve("project"));
        cache = directory.resolve("cache");
        log = directory.resolve("log");
        // A socket's path is short; a test's directory is not always.
        runtime = Files.createTempDirectory("cp");
        set("XDG_RUNTIME_DIR", runtime.toString());
        set("CACHEPOT_DIR", cache.toString());
        set("CACHEPOT_ERROR_LOG", log.toString());
        set("CACHEPOT_COORDINATOR_COMMAND", launcher().toString());
        set("CACHEPOT_CONF", null);
        set("HOME", directory.toString());
        set("TMPDIR", Files.createDirectory(directory.resolve("tmp")).toString());
        set("PATH", "/usr/local/bin:/usr/bin:/bin");
        set("LC_ALL", "C.UTF-8");
    }

    private Path launcher() throws IOException {
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path", ""));
        Path launcher = directory.resolve("launch-coordinator");
        Files.writeString(
                launcher,
                """
                #!/bin/sh
                echo $$ >> '%s/pids'
                exec '%s/bin/java' -ea -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m \
                    --enable-native-access=ALL-UNNAMED -cp '%s' io.cachepot.client.coordinator.Main "$@"
                """
                        .formatted(directory, System.getProperty("java.home"), classPath));
        return Files.setPosixFilePermissions(
                launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Where its coordinator listens. */
    Path socket() {
        return runtime.resolve("cachepot/coordinator-4226.sock");
    }

    /** A variable of every command from now on; null takes it away. */
    void set(String name, @Nullable String value) {
        if (value == null) {
            environment.remove(name);
        } else {
            environment.put(name, value);
        }
    }

    /** How a command ended. */
    record Ended(int exitCode, String stdout, String stderr) {}

    Ended cachepot(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(Machine.WRAPPER.toString()));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    /** Shell text, in which {@code $CACHEPOT} is the wrapper. */
    Ended shell(String text) throws IOException, InterruptedException {
        return run("sh", "-c", text);
    }

    Ended run(String... command) throws IOException, InterruptedException {
        Path stdout = Files.createTempFile(directory, "stdout", "");
        Path stderr = Files.createTempFile(directory, "stderr", "");
        Process process = start(stdout, stderr, command);
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(List.of(command) + " did not end");
        }
        return new Ended(
                process.exitValue(),
                Files.readString(stdout, StandardCharsets.ISO_8859_1),
                Files.readString(stderr, StandardCharsets.ISO_8859_1));
    }

    Process start(Path stdout, Path stderr, String... command) throws IOException {
        var builder =
                new ProcessBuilder(command)
                        .directory(project.toFile())
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(stdout.toFile())
                        .redirectError(stderr.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().put("CACHEPOT", Machine.WRAPPER.toString());
        builder.environment().put("PWD", project.toString());
        return builder.start();
    }

    Path write(String name, String text) throws IOException {
        Path file = project.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(project.resolve(name));
    }

    /** Ids of all coordinators that were started, the first in front. */
    List<Long> coordinators() throws IOException {
        Path pids = directory.resolve("pids");
        return Files.exists(pids)
                ? Files.readAllLines(pids).stream().map(Long::parseLong).toList()
                : List.of();
    }

    /** The latest one, if it lives. */
    Optional<ProcessHandle> coordinator() throws IOException {
        return coordinators().stream()
                .reduce((_, last) -> last)
                .flatMap(ProcessHandle::of)
                .filter(ProcessHandle::isAlive);
    }

    /** A number of the statistics. */
    long count(String row) throws IOException, InterruptedException {
        Ended stats = cachepot("--show-stats");
        assertThat(stats.exitCode()).as("%s", stats).isZero();
        return stats.stdout()
                .lines()
                .filter(line -> line.startsWith(row + " "))
                .map(line -> line.substring(row.length()).strip())
                .filter(value -> value.matches("\\d+"))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }

    static void await(Duration most, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + most.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not happen within " + most);
            }
            Thread.sleep(20);
        }
    }

    /**
     * {@code units} sources of one project with a Makefile whose compiler is {@code $(CC)}; each
     * takes some tenths of a second.
     */
    void writeProject(int units) throws IOException {
        write("shared.h", "#include <stdio.h>\n#include <stdlib.h>\n#define SCALE 3\n");
        for (int unit = 0; unit < units; unit++) {
            var text = new StringBuilder("#include \"shared.h\"\n");
            for (int function = 0; function < 60; function++) {
                text.append(
                        """
                        int f%d_%d(int *a, int n) {
                            int s = 0;
                            for (int i = 0; i < n; i++)
                                for (int j = 0; j < n; j++)
                                    s += a[i] * a[j] * SCALE + %d;
                            printf("%%d", s);
                            return s;
                        }
                        """
                                .formatted(unit, function, function));
            }
            write("u" + unit + ".c", text.toString());
        }
        write(
                "Makefile",
                """
                OBJECTS := $(patsubst %.c,%.o,$(wildcard u*.c))
                all: $(OBJECTS)
                %.o: %.c shared.h
                \t$(CC) -O2 -g -c $< -o $@
                """);
    }

    /** What the plain compiler makes of the project, by name. */
    Map<String, byte[]> plainObjects() throws IOException, InterruptedException {
        Ended plain = shell("make -j4 CC=gcc >/dev/null");
        assertThat(plain.exitCode()).as("%s", plain).isZero();
        Map<String, byte[]> objects = objects();
        shell("rm -f u*.o");
        return objects;
    }

    Map<String, byte[]> objects() throws IOException {
        var objects = new HashMap<String, byte[]>();
        try (var files = Files.newDirectoryStream(project, "u*.o")) {
            for (Path file : files) {
                objects.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
            }
        }
        return objects;
    }

    /** Wants the same names with the same bytes. */
    static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        actual.forEach(
                (name, bytes) -> assertThat(bytes).as("%s", name).isEqualTo(expected.get(name)));
    }

    @Override
    public void close() throws IOException {
        for (long id : coordinators()) {
            ProcessHandle.of(id)
                    .ifPresent(handle -> {
                        handle.destroyForcibly();
                        handle.onExit().join();
                    });
        }
        try (var files = Files.walk(runtime)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
