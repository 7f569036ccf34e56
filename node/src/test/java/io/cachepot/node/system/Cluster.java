package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.config.WorkerAuth;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.auth.Secrets;
import io.cachepot.protocol.auth.WorkerToken;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Schedulers and workers as real processes of this machine, each with its own settings file. */
final class Cluster implements AutoCloseable {
    static final String CLIENT_TOKEN = "the token of all clients";
    static final String OPERATOR_TOKEN = "the operators' own";
    private static final Pattern GRID = Pattern.compile("scheduler is ready: .* grid=\\[([^]]+)]");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final String key =
            Secrets.random(new SecureRandom(), WorkerAuth.JwtHs256.KEY_BYTES * 8);
    private final List<Process> processes = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private final int schedulerPort = freePort();
    private String announced = "";

    /** In a directory of its own, which jobs of another user can get through to. */
    Cluster() throws IOException {
        directory =
                Files.createTempDirectory(
                        "cachepot-cluster-",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx--x--x")));
    }

    static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return probe.getLocalPort();
        }
    }

    Path directory() {
        return directory;
    }

    String schedulerUrl() {
        return announced.isEmpty() ? "http://" + schedulerAddress() + "/" : announced;
    }

    /** Where the scheduler itself listens. */
    String schedulerAddress() {
        return "127.0.0.1:" + schedulerPort;
    }

    /** From now on the scheduler is reached at {@code url}: something is in front of it. */
    void announce(String url) {
        announced = url;
    }

    /** What is started from now on trusts these authorities, and no others. */
    void trust(Path authorities) {
        environment.put("SSL_CERT_FILE", authorities.toString());
    }

    /** What is started from now on was started by systemd. */
    void manage(String notifySocket, Duration watchdog) {
        environment.put("NOTIFY_SOCKET", notifySocket);
        environment.put("WATCHDOG_USEC", Long.toString(watchdog.toNanos() / 1_000));
    }

    /** Starts the scheduler, and waits until it listens. */
    Process startScheduler() throws Exception {
        return startScheduler("");
    }

    /** The same, one whose operators show {@link #OPERATOR_TOKEN}. */
    Process startSchedulerWithOperators() throws Exception {
        return startScheduler("operator_token = \"" + OPERATOR_TOKEN + "\"");
    }

    private Process startScheduler(String settings) throws Exception {
        return startScheduler(
                """
                type = "token"
                token = "%s"
                """
                        .formatted(CLIENT_TOKEN),
                settings);
    }

    /**
     * The same.
     *
     * @param clientAuth that table of its settings, as TOML
     * @param settings more of them, before the first table
     */
    Process startScheduler(String clientAuth, String settings) throws Exception {
        Path config =
                write(
                        "scheduler.conf",
                        """
                        public_addr = "%s"
                        bind_addr = "%s"
                        %s
                        [client_auth]
                        %s
                        [worker_auth]
                        type = "jwt_hs256"
                        secret_key = "%s"
                        """
                                .formatted(
                                        announced.isEmpty() ? schedulerAddress() : announced,
                                        schedulerAddress(),
                                        settings,
                                        clientAuth,
                                        key));
        Process scheduler = start("scheduler", config);
        awaitLog(scheduler, "scheduler", "scheduler is ready");
        return scheduler;
    }

    /**
     * Starts another scheduler beside the first, with the same settings, and waits until both are
     * in one grid.
     *
     * @return its URL
     */
    String startPeer() throws Exception {
        Matcher grid = GRID.matcher(logged("scheduler"));
        assertThat(grid.find()).as(logged("scheduler")).isTrue();
        String address = "127.0.0.1:" + freePort();
        String settings =
                Files.readString(directory.resolve("scheduler.conf"))
                        .replace(schedulerAddress(), address);
        Path config =
                write("peer.conf", settings + "[grid]\nmembers = [\"" + grid.group(1) + "\"]\n");
        Process peer = start("scheduler", config);
        awaitLog(peer, "peer", "scheduler is ready");
        await(() -> logged("peer").contains(grid.group(1)), () -> "no grid of both:\n" + logs());
        return "http://" + address + "/";
    }

    /**
     * Starts a worker for two jobs at once.
     *
     * @return its {@code host:port}
     */
    String startSmallWorker() throws Exception {
        String address = "127.0.0.1:" + freePort();
        startWorker("worker", address, "", "jobs_max = 2");
        return address;
    }

    /** Starts a worker, and waits until the scheduler knows it. */
    Process startWorker(String name, int jobsMax) throws Exception {
        return startWorker(name, "jobs_max = " + jobsMax);
    }

    /**
     * Starts a worker, and waits until the scheduler knows it.
     *
     * @param limits of its settings, as TOML
     */
    Process startWorker(String name, String limits) throws Exception {
        return startWorker(name, "127.0.0.1:" + freePort(), "", limits);
    }

    /**
     * The same.
     *
     * @param address by which others reach it
     * @param settings more of its settings, as TOML
     */
    Process startWorker(String name, String address, String settings, String limits)
            throws Exception {
        Path config =
                write(
                        name + ".conf",
                        """
                        public_addr = "%s"
                        cache_dir = "%s"
                        scheduler_url = "%s"
                        %s
                        [builder]
                        type = "overlay"
                        build_dir = "%s"
                        run_as_uid = 65534
                        [scheduler_auth]
                        type = "jwt_token"
                        token = "%s"
                        [limits]
                        %s
                        """
                                .formatted(
                                        address,
                                        directory.resolve(name + "-cache"),
                                        schedulerUrl(),
                                        settings,
                                        directory.resolve(name + "-build"),
                                        workerToken(address),
                                        limits));
        Process worker = start("worker", config);
        awaitJoined(address);
        return worker;
    }

    /** What tokens of workers are made with. */
    String workerKey() {
        return key;
    }

    /** What the worker at {@code address} shows to the scheduler. */
    String workerToken(String address) {
        return new WorkerToken(key).sign(new WorkerId(address));
    }

    /** Waits until the scheduler knows the worker at {@code address}. */
    void awaitJoined(String address) throws InterruptedException {
        String text = "worker joined: worker=" + address;
        await(
                () -> logged("scheduler").contains(text),
                () -> text + " does not come; logs:\n" + logs());
    }

    private Path write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    private Process start(String role, Path config) throws IOException {
        String name = config.getFileName().toString().replace(".conf", "");
        var builder =
                new ProcessBuilder(
                                Installed.program("cachepot-dist").toString(),
                                role,
                                "--config",
                                config.toString())
                        .redirectOutput(log(name).toFile())
                        .redirectError(ProcessBuilder.Redirect.appendTo(log(name).toFile()));
        builder.environment().putAll(environment);
        builder.environment().put("CACHEPOT_NO_DAEMON", "1");
        builder.environment().put("CACHEPOT_LOG", "cachepot=debug");
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private Path log(String name) {
        return directory.resolve(name + ".log");
    }

    /** What a node has logged so far. */
    String logged(String name) {
        try {
            return Files.readString(log(name));
        } catch (IOException e) {
            throw new IllegalStateException("no log of " + name, e);
        }
    }

    private void awaitLog(Process process, String name, String text) throws InterruptedException {
        await(
                () -> logged(name).contains(text) || !process.isAlive(),
                () -> text + " does not come; logs:\n" + logs());
        assertThat(process.isAlive()).as("ended at once; logs:\n%s", logs()).isTrue();
    }

    /** All logs, for a failure's message. */
    String logs() {
        try (var files = Files.list(directory)) {
            var text = new StringBuilder();
            for (Path file : files.filter(each -> each.toString().endsWith(".log")).toList()) {
                text.append("== ").append(file.getFileName()).append('\n');
                text.append(Files.readString(file)).append('\n');
            }
            return text.toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    static void await(BooleanSupplier condition, java.util.function.Supplier<String> otherwise)
            throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(otherwise.get());
            }
            Thread.sleep(10);
        }
    }

    /** Ends it as the kernel would: no hook runs. */
    static void kill(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to end, and waits. */
    static int stop(Process process) throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        for (Process process : processes.reversed()) {
            process.destroy();
            process.onExit().join();
        }
        Trees.remove(directory);
    }
}
