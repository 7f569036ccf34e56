package io.cachepot.node;

import io.cachepot.config.Builder;
import io.cachepot.config.ClientAuth;
import io.cachepot.config.GridConfig;
import io.cachepot.config.HostPort;
import io.cachepot.config.ProcessConfig;
import io.cachepot.config.PublicAddress;
import io.cachepot.config.SchedulerAuth;
import io.cachepot.config.SchedulerConfig;
import io.cachepot.config.Secret;
import io.cachepot.config.WorkerAuth;
import io.cachepot.config.WorkerConfig;
import io.cachepot.config.WorkerLimits;
import io.cachepot.node.toolchain.DirectoryTree;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.auth.Secrets;
import io.cachepot.protocol.auth.WorkerToken;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A scheduler and a worker on loopback, with secrets of their own, in a directory of their own. */
final class DevCluster implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";

    /**
     * A file system in memory: what a job leaves there is gone in a moment, and on disk it is not.
     */
    private static final Path MEMORY = Path.of("/dev/shm");

    private static final Duration JOB_TIMEOUT = Duration.ofMinutes(10);
    private static final int TOKEN_BITS = 256;

    /** All that it keeps; the first is on disk. */
    private final List<Path> directories;

    private final URI schedulerUrl;
    private final URI workerUrl;
    private final String clientToken;
    private final SchedulerNode scheduler;
    private final WorkerNode worker;

    private DevCluster(
            List<Path> directories,
            SchedulerConfig schedulerConfig,
            WorkerConfig workerConfig,
            String clientToken,
            SchedulerNode scheduler,
            WorkerNode worker) {
        this.directories = List.copyOf(directories);
        this.schedulerUrl = schedulerConfig.publicUrl();
        this.workerUrl = workerConfig.publicUrl();
        this.clientToken = clientToken;
        this.scheduler = scheduler;
        this.worker = worker;
    }

    /** Jobs run as another user if this one is root, and must get through to their toolchain. */
    private static Path newDirectory(Path parent) throws IOException {
        return Files.createTempDirectory(
                parent,
                "cachepot-dev-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
    }

    static DevCluster start(int jobs, Optional<Path> bwrap) throws IOException {
        var random = new SecureRandom();
        String clientToken = Secrets.random(random, TOKEN_BITS);
        String workerKey = Secrets.random(random, TOKEN_BITS);
        Path directory = newDirectory(Path.of(System.getProperty("java.io.tmpdir")));
        Path memory = Files.isWritable(MEMORY) ? newDirectory(MEMORY) : directory;
        SchedulerConfig schedulerConfig = scheduler(clientToken, workerKey, random);
        WorkerConfig workerConfig =
                worker(
                        directory,
                        memory.resolve("build"),
                        schedulerConfig.publicUrl(),
                        workerKey,
                        jobs,
                        bwrap);
        SchedulerNode scheduler = null;
        try {
            scheduler = SchedulerNode.start(schedulerConfig);
            WorkerNode worker = WorkerNode.start(workerConfig);
            return new DevCluster(
                    List.of(directory, memory),
                    schedulerConfig,
                    workerConfig,
                    clientToken,
                    scheduler,
                    worker);
        } catch (IOException | RuntimeException e) {
            if (scheduler != null) {
                scheduler.close();
            }
            DirectoryTree.delete(directory);
            DirectoryTree.delete(memory);
            throw e;
        }
    }

    private static SchedulerConfig scheduler(
            String clientToken, String workerKey, SecureRandom random) throws IOException {
        HostPort address = freeAddress();
        GridConfig defaults = GridConfig.DEFAULT;
        return new SchedulerConfig(
                new PublicAddress(Optional.of("http"), address),
                address,
                new ClientAuth.Token(Secret.of(clientToken)),
                new WorkerAuth.JwtHs256(Secret.of(workerKey)),
                Optional.empty(),
                new GridConfig(
                        "dev-" + Secrets.random(random, 64),
                        defaults.bindAddr(),
                        false,
                        List.of(),
                        defaults.heartbeatInterval(),
                        defaults.noHeartbeat()),
                ProcessConfig.DEFAULT);
    }

    private static WorkerConfig worker(
            Path directory,
            Path buildDir,
            URI schedulerUrl,
            String workerKey,
            int jobs,
            Optional<Path> bwrap)
            throws IOException {
        HostPort address = freeAddress();
        String token = new WorkerToken(workerKey).sign(new WorkerId(address.toString()));
        return new WorkerConfig(
                new PublicAddress(Optional.of("https"), address),
                address,
                directory.resolve("worker"),
                WorkerConfig.DEFAULT_TOOLCHAIN_CACHE_BYTES_MAX,
                List.of(schedulerUrl),
                new Builder.Overlay(
                        buildDir,
                        bwrap.orElse(Builder.Overlay.DEFAULT_BWRAP_PATH),
                        Builder.Overlay.DEFAULT_RUN_AS_UID),
                new SchedulerAuth.JwtToken(Secret.of(token)),
                new WorkerLimits(jobs, JOB_TIMEOUT),
                Optional.empty(),
                ProcessConfig.DEFAULT);
    }

    /** Addresses are part of names and tokens, so they are drawn before anybody listens there. */
    private static HostPort freeAddress() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.ofLiteral(LOOPBACK))) {
            return new HostPort(LOOPBACK, probe.getLocalPort());
        }
    }

    Path directory() {
        return directories.getFirst();
    }

    URI schedulerUrl() {
        return schedulerUrl;
    }

    URI workerUrl() {
        return workerUrl;
    }

    String clientToken() {
        return clientToken;
    }

    @Override
    public void close() throws IOException {
        worker.close();
        scheduler.close();
        for (Path each : directories) {
            DirectoryTree.delete(each);
        }
    }
}
