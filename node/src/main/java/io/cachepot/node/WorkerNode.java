package io.cachepot.node;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.config.Builder;
import io.cachepot.config.WorkerConfig;
import io.cachepot.config.metrics.MetricsText;
import io.cachepot.node.auth.OneTokenDoor;
import io.cachepot.node.cache.BlobStore;
import io.cachepot.node.cache.ResultStore;
import io.cachepot.node.grid.WorkerGrid;
import io.cachepot.node.http.HttpServer;
import io.cachepot.node.http.WorkerServer;
import io.cachepot.node.metrics.WorkerMetrics;
import io.cachepot.node.toolchain.ToolchainStore;
import io.cachepot.node.worker.Incarnation;
import io.cachepot.node.worker.JobExecutors;
import io.cachepot.node.worker.JobStatistics;
import io.cachepot.node.worker.SchedulerKeys;
import io.cachepot.node.worker.TicketDoor;
import io.cachepot.node.worker.ToolchainSupply;
import io.cachepot.node.worker.WorkerCertificate;
import io.cachepot.node.worker.WorkerIdentity;
import io.cachepot.node.worker.WorkerReporter;
import io.cachepot.node.worker.WorkerService;
import io.cachepot.node.worker.WorkerStatus;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.auth.TokenKeyPair;
import io.cachepot.sandbox.Sandbox;
import io.cachepot.sandbox.archive.ArchiveLimits;
import io.cachepot.sandbox.bubblewrap.BubblewrapSettings;
import io.cachepot.sandbox.bubblewrap.Sandboxes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A worker: makes every part once, starts them in order, closes them in reverse. */
final class WorkerNode implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WorkerNode.class.getName());

    /** Inputs of jobs that are kept, since most of them are headers that come again. */
    private static final long BLOB_STORE_BYTES_MAX = 10L << 30;

    private static final long BLOB_BYTES_MAX = 1L << 30;

    /** Set by the launcher: the directory of what is neither program nor class. */
    private static final String LIBRARY_PROPERTY = "cachepot.lib";

    /** How long a worker that is told to stop lets its jobs run on. */
    private static final Duration DRAIN_MAX = Duration.ofSeconds(60);

    private final WorkerConfig config;

    /** What was started, the last in front. */
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    private WorkerNode(WorkerConfig config) {
        this.config = config;
    }

    /**
     * Opens the doors and begins to report.
     *
     * @throws IOException when a port is in use or a directory can not be used
     * @throws io.cachepot.sandbox.SandboxException when jobs can not be closed off on this machine
     */
    static WorkerNode start(WorkerConfig config) throws IOException {
        var node = new WorkerNode(config);
        try {
            node.start();
        } catch (IOException | RuntimeException e) {
            node.close();
            throw e;
        }
        return node;
    }

    private void start() throws IOException {
        var clock = InstantSource.system();
        var blobs = new BlobStore(config.cacheDir(), BLOB_STORE_BYTES_MAX, BLOB_BYTES_MAX);
        blobs.start();
        Sandbox sandbox = sandbox(blobs);
        var certificate =
                WorkerCertificate.create(
                        config.publicAddr().address().host(), new SecureRandom(), Instant.now());
        var identity =
                new WorkerIdentity(
                        new WorkerId(config.publicAddr().address().toString()),
                        Incarnation.next(config.cacheDir(), clock),
                        config.publicUrl(),
                        certificate.pem(),
                        TokenKeyPair.create(),
                        Runtime.getRuntime().availableProcessors(),
                        memoryForJobs(),
                        Main.Version.current());
        var toolchains =
                new ToolchainStore(
                        config.cacheDir(),
                        config.toolchainCacheBytesMax(),
                        ArchiveLimits.DEFAULT,
                        clock);
        toolchains.start();

        var results = new ResultStore(config.cacheDir(), config.resultCacheBytesMax());
        results.start();

        var status = new WorkerStatus(config.limits().jobsMax());
        var supply = new ToolchainSupply(toolchains);
        var statistics = new JobStatistics();
        var executor = JobExecutors.chain(sandbox, config.limits(), status, statistics);
        var service =
                new WorkerService(
                        toolchains,
                        supply,
                        blobs,
                        results,
                        executor,
                        status,
                        config.cacheDir(),
                        clock);
        service.start();
        started.push(service);

        var keys = new SchedulerKeys(identity.tokenKeys(), clock, System::nanoTime);
        HttpServer server =
                WorkerServer.of(
                        config.bindAddr(),
                        certificate.sslContext(),
                        service,
                        new TicketDoor(identity, keys),
                        new MetricsText(
                                new WorkerMetrics(
                                        status,
                                        statistics,
                                        toolchains,
                                        blobs,
                                        results,
                                        sandbox.report().gaps().size())),
                        OneTokenDoor.ofMetrics(config.metricsToken()),
                        config.limits().jobsMax());
        server.start();
        started.push(server);

        var member = new MemberTlsFiles(config.grid(), clock);
        member.start();
        started.push(member);
        var grid =
                new WorkerGrid(config.grid(), member.tls(), identity.id(), identity.incarnation());
        grid.start();
        started.push(grid);
        var reporter =
                new WorkerReporter(
                        identity,
                        status,
                        toolchains::ready,
                        () -> List.of(toolchains.details(), blobs.details(), results.details()),
                        config.schedulerAuth(),
                        config.schedulerUrls(),
                        keys,
                        grid::schedulersSay,
                        supply::prefetch);
        supply.start(reporter::toolchainSource);
        reporter.start();
        started.push(reporter);
        started.push(supply);
        started.push(() -> finishJobs(service));
        LOG.log(
                INFO,
                "worker is ready: worker={0} incarnation={1,number,#} permits={2}",
                identity.id(),
                identity.incarnation(),
                config.limits().jobsMax());
    }

    /** Of the machine or its container, less a tenth for everything else. */
    static long memoryForJobs() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean machine
                ? machine.getTotalMemorySize() / 10 * 9
                : 0;
    }

    /**
     * A started one.
     *
     * @param blobs where contents of inputs lie; empty where there are none
     * @throws io.cachepot.sandbox.SandboxException when jobs can not be closed off here
     */
    static Sandbox sandbox(Builder builder, Optional<Path> blobs) {
        return switch (builder) {
            case Builder.Overlay(var buildDir, var bwrapPath, var runAsUid) ->
                    Sandboxes.start(
                            new BubblewrapSettings(
                                    bwrapPath,
                                    buildDir,
                                    blobs,
                                    runAsUid.or(() -> WhoCalledSudo.of(System.getenv()))),
                            sandboxHost());
        };
    }

    private Sandbox sandbox(BlobStore blobs) {
        Sandbox sandbox = sandbox(config.builder(), Optional.of(blobs.directory()));
        started.push(sandbox);
        LOG.log(
                INFO,
                "jobs are closed off: {0}",
                String.join("; ", sandbox.report().protections()));
        sandbox.report().gaps().forEach(gap -> LOG.log(WARNING, "not closed off: {0}", gap));
        return sandbox;
    }

    /** Beside the classes that were installed; of a build tree it is not known. */
    private static Optional<Path> sandboxHost() {
        return Optional.ofNullable(System.getProperty(LIBRARY_PROPERTY))
                .map(library -> Path.of(library, "cachepot-sandbox-host"));
    }

    /** Schedulers hear at once that nothing new is taken; what runs may end. */
    private static void finishJobs(WorkerService service) {
        service.drain();
        try {
            if (!service.awaitIdle(DRAIN_MAX)) {
                LOG.log(WARNING, "jobs are ended: they still run after {0}", DRAIN_MAX);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                part.close();
            } catch (Exception e) { // the others must be closed all the same
                LOG.log(WARNING, "not closed well: " + part.getClass().getSimpleName(), e);
            }
        }
    }
}
