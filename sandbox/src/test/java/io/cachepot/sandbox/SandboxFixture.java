package io.cachepot.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A sandbox with a small toolchain, and a look at what it leaves on the host. */
public abstract class SandboxFixture {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Of the command line of what holds no job, but waits for the next one. */
    private static final String HOST = "/host /run/s ";

    private static Path template;

    private final Received received = new Received();
    private Path base;
    private Sandbox sandbox;

    /** Starts a sandbox that keeps its directories below {@code buildDir}. */
    protected abstract Sandbox open(Path buildDir);

    @BeforeAll
    static void makeTemplate() throws Exception {
        template = directoryForAll("cachepot-toolchain-");
        TestToolchain.shell(template).compile("attempt", "attempt.c");
    }

    @AfterAll
    static void removeTemplate() throws Exception {
        TestToolchain.output("rm", "-rf", template.toString());
    }

    @BeforeEach
    final void openSandbox() throws Exception {
        base = directoryForAll("cachepot-it-");
        Files.createDirectory(base.resolve("sources"));
        TestToolchain.output("cp", "-al", template.toString(), toolchain().toString());
        sandbox = open(buildDir());
    }

    @AfterEach
    final void closeSandbox() throws Exception {
        sandbox.close();
        TestToolchain.output("rm", "-rf", base.toString());
    }

    /** Temporary directories of JUnit can be entered by their owner only. */
    protected static Path directoryForAll(String prefix) throws IOException {
        Path directory = Files.createTempDirectory(prefix);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        return directory;
    }

    protected final Path base() {
        return base;
    }

    protected final Path buildDir() {
        return base.resolve("build");
    }

    /** To be changed before the first job only. */
    protected final Path toolchain() {
        return base.resolve("toolchain");
    }

    protected final Sandbox sandbox() {
        return sandbox;
    }

    final Received received() {
        return received;
    }

    final TestJob shell(String script) {
        return job("/usr/bin/sh", List.of("sh", "-c", script));
    }

    final TestJob attempt(String... arguments) {
        var words = new ArrayList<>(List.of("attempt"));
        words.addAll(List.of(arguments));
        return job("/usr/bin/attempt", words);
    }

    final TestJob job(String executable, List<String> arguments) {
        return new TestJob(
                sandbox, toolchain(), base.resolve("sources"), received, executable, arguments);
    }

    protected final void awaitSomethingRuns() {
        await(
                "job started",
                () -> processes().stream().anyMatch(command -> command.startsWith("sleep")));
    }

    protected final void awaitNothingRuns() {
        await("all dead", () -> processes().isEmpty());
    }

    private static void await(String what, BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as(what).isBefore(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    protected final void assertNothingRuns() {
        assertThat(processes()).isEmpty();
    }

    protected final void assertNothingLeft() throws IOException {
        try (var paths = Files.walk(base.resolve("build"))) {
            assertThat(paths)
                    .filteredOn(path -> path.getNameCount() > buildDir().getNameCount() + 1)
                    // Sockets of hosts, which wait for the next job.
                    .filteredOn(path -> !path.toString().contains("/host-"))
                    .allMatch(Files::isRegularFile);
        }
    }

    /**
     * Command lines of live processes that see, or name, the build directory, or that a process
     * made which does; without the hosts themselves.
     */
    protected final List<String> processes() {
        String mark = base.getFileName().toString();
        return ProcessHandle.allProcesses()
                .filter(process -> isMarked(process, mark))
                .map(process -> read(process, "cmdline").replace('\0', ' '))
                .filter(command -> !command.contains(HOST))
                .toList();
    }

    private static boolean isMarked(ProcessHandle process, String mark) {
        return read(process, "mountinfo").contains(mark)
                || read(process, "cmdline").contains(mark)
                || process.parent().filter(parent -> isMarked(parent, mark)).isPresent();
    }

    private static String read(ProcessHandle process, String what) {
        try {
            Path path = Path.of("/proc", Long.toString(process.pid()), what);
            return new String(Files.readAllBytes(path), UTF_8);
        } catch (IOException _) {
            return ""; // it is gone, or another user's
        }
    }
}
