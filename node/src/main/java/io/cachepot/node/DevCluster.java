package io.cachepot.node;

import io.cachepot.config.Builder;
import io.cachepot.config.ClientAuth;
import io.cachepot.config.GridConfig;
import io.cachepot.config.GridTls;
import io.cachepot.config.HostPort;
import io.cachepot.config.ProcessConfig;
import io.cachepot.config.PublicAddress;
import io.cachepot.config.SchedulerAuth;
import io.cachepot.config.SchedulerConfig;
import io.cachepot.config.Secret;
import io.cachepot.config.WorkerAuth;
import io.cachepot.config.WorkerConfig;
import io.cachepot.config.WorkerLimits;
import io.cachepot.node.grid.secure.ClusterAuthority;
import io.cachepot.node.grid.secure.MemberRole;
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
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A scheduler and a worker on loopback, with secrets of their own, in a directory of their own. */
final class DevCluster implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";

    /**
     * A file system in memory: what a job leaves there is gone in a moment, and on disk it is not.
     */
    private static final Path MEMORY = Path.of("/dev/shm");

    private static final Duration VALIDITY = Duration.ofDays(365);
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
        var authority = ClusterAuthority.create("dev", random, Instant.now(), VALIDITY);
        SchedulerConfig schedulerConfig =
                scheduler(
                        clientToken,
                        workerKey,
                        random,
                        credentials(directory, authority, MemberRole.SCHEDULER, random));
        WorkerConfig workerConfig =
                worker(
                        directory,
                        memory.resolve("build"),
                        schedulerConfig.publicUrl(),
                        workerKey,
                        jobs,
                        bwrap,
                        credentials(directory, authority, MemberRole.WORKER, random));
        SchedulerNode scheduler = null;
        try {
            scheduler = SchedulerNode.start(schedulerConfig, Optional.empty());
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
            String clientToken, String workerKey, SecureRandom random, GridTls tls)
            throws IOException {
        HostPort address = freeAddress();
        return new SchedulerConfig(
                new PublicAddress(Optional.of("http"), address),
                address,
                new ClientAuth.Token(Secret.of(clientToken)),
                new WorkerAuth.JwtHs256(Secret.of(workerKey)),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                grid("dev-" + Secrets.random(random, 64), tls),
                ProcessConfig.DEFAULT);
    }

    private static GridConfig grid(String name, GridTls tls) {
        GridConfig defaults = GridConfig.DEFAULT;
        return new GridConfig(
                name,
                defaults.bindAddr(),
                Optional.of(tls),
                false,
                List.of(),
                defaults.heartbeatInterval(),
                defaults.noHeartbeat());
    }

    /** A certificate of the grid's own authority, whose key nobody keeps. */
    private static GridTls credentials(
            Path directory, ClusterAuthority authority, MemberRole role, SecureRandom random)
            throws IOException {
        Path authorities = directory.resolve("ca.pem");
        Path certificate = directory.resolve(role.unit() + ".pem");
        Path key = directory.resolve(role.unit() + ".key");
        if (!Files.exists(authorities)) {
            PemFiles.write(authority.own().certificate(), authorities);
        }
        PemFiles.write(
                authority.issue(role, "dev", random, Instant.now(), VALIDITY), certificate, key);
        return new GridTls(authorities, certificate, key, List.of());
    }

    private static WorkerConfig worker(
            Path directory,
            Path buildDir,
            URI schedulerUrl,
            String workerKey,
            int jobs,
            Optional<Path> bwrap,
            GridTls tls)
            throws IOException {
        HostPort address = freeAddress();
        String token = new WorkerToken(workerKey).sign(new WorkerId(address.toString()));
        return new WorkerConfig(
                new PublicAddress(Optional.of("https"), address),
                address,
                directory.resolve("worker"),
                WorkerConfig.DEFAULT_TOOLCHAIN_CACHE_BYTES_MAX,
                WorkerConfig.DEFAULT_RESULT_CACHE_BYTES_MAX,
                Optional.empty(),
                List.of(schedulerUrl),
                new Builder.Overlay(
                        buildDir,
                        bwrap.orElse(Builder.Overlay.DEFAULT_BWRAP_PATH),
                        Optional.of(Builder.Overlay.NOBODY_UID)),
                new SchedulerAuth.JwtToken(Secret.of(token)),
                new WorkerLimits(jobs, JOB_TIMEOUT, WorkerLimits.DEFAULT_JOB_MEMORY_BYTES_MAX),
                Optional.of(grid(GridConfig.DEFAULT.clusterName(), tls)),
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
