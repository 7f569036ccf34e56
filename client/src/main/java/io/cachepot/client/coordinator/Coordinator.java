package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.client.auth.ClientToken;
import io.cachepot.client.auth.NoTokenException;
import io.cachepot.client.auth.TokenFetch;
import io.cachepot.client.builds.Builds;
import io.cachepot.client.cache.DiskStore;
import io.cachepot.client.cache.ResultEntry;
import io.cachepot.client.compiler.CompilerDetector;
import io.cachepot.client.compiler.ProgramReader;
import io.cachepot.client.dist.DistException;
import io.cachepot.client.dist.GrantPool;
import io.cachepot.client.dist.JobHistory;
import io.cachepot.client.dist.RemoteCompiler;
import io.cachepot.client.dist.SchedulerClient;
import io.cachepot.client.dist.Uploads;
import io.cachepot.client.elf.LibraryClosure;
import io.cachepot.client.explain.CompileLog;
import io.cachepot.client.include.DirectoryMemory;
import io.cachepot.client.include.FileMemory;
import io.cachepot.client.include.InputCollector;
import io.cachepot.client.metrics.CoordinatorMetrics;
import io.cachepot.client.metrics.MetricsPage;
import io.cachepot.client.packaging.ToolchainArchives;
import io.cachepot.client.stats.KeptStats;
import io.cachepot.client.stats.Stats;
import io.cachepot.config.ClientConfig;
import io.cachepot.config.DistConfig;
import io.cachepot.config.metrics.MetricsText;
import io.cachepot.protocol.Priority;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The local daemon: makes every part once and closes them in reverse. */
final class Coordinator implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Coordinator.class.getName());
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final Path LOCALES = Path.of("/usr/lib/locale");

    private final Scratch scratch;
    private final DiskStore store;
    private final KeptStats kept;
    private final DigestsAhead ahead;
    private final CoordinatorServer server;
    private final Optional<MetricsPage> metrics;
    private final Optional<BuildTeller> teller;
    private final Session session;
    private final Optional<SchedulerClient> scheduler;
    private final Optional<RemoteCompiler> workers;

    /**
     * @param savedTokens where tokens of identity providers are kept
     * @param socket where wrappers come
     * @param warnings of the configuration
     */
    Coordinator(
            ClientConfig config,
            Path savedTokens,
            Path socket,
            List<String> warnings,
            String version)
            throws IOException {
        var clock = InstantSource.system();
        var stats = new Stats();
        var log = new CompileLog(stats, clock);
        var builds = new Builds(clock, System::nanoTime);
        scratch = new Scratch(socket.resolveSibling("").toAbsolutePath());
        var disk = config.cache().disk();
        store = new DiskStore(disk, clock);
        kept = new KeptStats(stats, disk.dir(), clock);
        var told = new ArrayList<>(warnings);
        var trouble = new CacheTrouble(disk.dir(), clock);
        start(store, trouble);
        trouble.text().ifPresent(told::add);
        var files = new FileMemory(clock);
        var directories = new DirectoryMemory(clock);
        var cache = new CompileCache(store, files, directories, stats, trouble);
        var pending = new PendingStores();
        var keeper = new ResultKeeper(cache, pending, stats);
        var finder =
                new InputFinder(
                        new Preprocessor(scratch), new InputCollector(files, directories), files);
        var token = new ClientToken(config.dist().auth(), savedTokens, clock);
        scheduler = scheduler(config.dist(), token);
        teller =
                scheduler
                        .filter(_ -> config.dist().isBuildsReported())
                        .map(client ->
                                new BuildTeller(
                                        builds,
                                        config.dist().schedulerUrls(),
                                        client::tell,
                                        clientName(),
                                        System::nanoTime));
        var permits =
                scheduler.isPresent()
                        ? LocalPermits.of(Runtime.getRuntime().availableProcessors())
                        : LocalPermits.unbounded();
        var history = new JobHistory();
        var uploads = new Uploads(System::nanoTime);
        var small = new SmallCompiles(history, permits, System::nanoTime);
        var local = new LocalCompile(finder, keeper, scratch, permits, history, stats, clock);
        workers =
                scheduler.map(client ->
                        new RemoteCompiler(
                                new GrantPool(
                                        client,
                                        clientName(),
                                        Priority.valueOf(config.dist().priority().name()),
                                        System::nanoTime,
                                        RandomGenerator.getDefault()),
                                store,
                                history,
                                uploads,
                                config.dist().isResultCache()
                                        ? Optional.of(client)
                                        : Optional.empty()));
        var archives = new ToolchainArchives(config.dist().cacheDir());
        var remote =
                workers.map(each ->
                        new RemoteCompile(
                                each,
                                finder,
                                archives,
                                config.dist().toolchains(),
                                new Locales(LOCALES),
                                keeper,
                                small,
                                stats,
                                clock));
        var service =
                new CompileService(
                        files,
                        finder,
                        cache,
                        pending,
                        local,
                        remote,
                        config.dist().isSmallLocal() ? Optional.of(small) : Optional.empty(),
                        stats,
                        clock,
                        config.basedirs(),
                        config.coordinator().isRecache());
        var libraries = LibraryClosure.ofThisMachine();
        var programs = new ProgramReader(disk.dir().resolve("programs"), clock);
        var compilers =
                new CompilerRegistry(
                        new CompilerDetector(scratch.directory(), libraries, programs));
        var rustCompilers = new RustCompilers(libraries, programs, scratch);
        var rustKeeper = new RustKeeper(files, cache, keeper);
        ahead = new DigestsAhead(files);
        var rust =
                new RustSession(
                        rustCompilers,
                        new RustService(
                                files,
                                new RustInputs(files, rustCompilers),
                                cache,
                                pending,
                                rustKeeper,
                                ahead,
                                new RustLocal(
                                        rustKeeper,
                                        pending,
                                        ahead,
                                        scratch,
                                        permits,
                                        history,
                                        stats,
                                        clock),
                                workers.map(each ->
                                        new RustRemote(
                                                each, archives, config.dist().toolchains(), files)),
                                config.dist().isSmallLocal()
                                        ? Optional.of(small)
                                        : Optional.empty(),
                                stats,
                                clock,
                                config.coordinator().isRecache()),
                        stats,
                        !config.rust().isIncremental());
        server = new CoordinatorServer(socket, config.coordinator().idleTimeout(), this::serve);
        metrics =
                config.coordinator()
                        .metricsPort()
                        .flatMap(port ->
                                metrics(
                                        port,
                                        new CoordinatorMetrics(
                                                stats,
                                                server::active,
                                                store::bytes,
                                                disk.bytesMax()),
                                        told));
        var distStatus = new DistStatus(config.dist(), scheduler, token, uploads);
        var doctor = new DoctorCommand(config, socket, version, store, compilers, distStatus, kept);
        var commands =
                new Commands(
                        new StatsCommand(kept, store, disk.dir(), trouble),
                        new BuildCommand(builds, clock.instant()),
                        new ExplainCommand(log),
                        doctor,
                        cache,
                        pending,
                        compilers,
                        rustCompilers,
                        distStatus,
                        new TokenFetch(config.dist().auth(), savedTokens, clock),
                        told,
                        server::stopAndLeaveLast);
        session = new Session(compilers, service, rust, commands, stats, log, builds, version);
    }

    /** Without its directory there is no cache, and compiles go on. */
    private static void start(DiskStore store, CacheTrouble trouble) {
        try {
            store.start();
        } catch (IOException e) {
            trouble.failed(e);
        }
    }

    /** Nobody's build fails because a port is taken. */
    private static Optional<MetricsPage> metrics(
            int port, CoordinatorMetrics metrics, List<String> told) {
        try {
            return Optional.of(new MetricsPage(port, new MetricsText(metrics)));
        } catch (IOException e) {
            String problem =
                    "metrics are not served: CACHEPOT_METRICS_PORT is "
                            + port
                            + ", and that port can not be had: "
                            + e.getMessage();
            LOG.log(WARNING, problem);
            told.add(problem);
            return Optional.empty();
        }
    }

    private static Optional<SchedulerClient> scheduler(DistConfig config, ClientToken token) {
        return config.isEnabled()
                ? Optional.of(
                        new SchedulerClient(
                                config.schedulerUrls(),
                                () -> shown(token),
                                clientName(),
                                RandomGenerator.getDefault()))
                : Optional.empty();
    }

    private static String shown(ClientToken token) throws DistException {
        try {
            return token.get();
        } catch (NoTokenException e) {
            throw new DistException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The kernel's name of this host, since shells rarely export theirs. */
    private static String clientName() {
        String host;
        try {
            host = Files.readString(HOST_NAME).strip();
        } catch (IOException _) {
            host = System.getenv().getOrDefault("HOSTNAME", "");
        }
        return System.getProperty("user.name", "?") + (host.isEmpty() ? "" : "@" + host);
    }

    void start() throws IOException {
        server.start();
        Thread.ofPlatform().daemon().name("prepare").start(ResultEntry::prepare);
        kept.start();
        teller.ifPresent(BuildTeller::start);
    }

    void awaitStop() throws InterruptedException {
        server.awaitStop();
    }

    void stop() {
        server.stop();
    }

    private void serve(SocketChannel connection) throws IOException, InterruptedException {
        WrapperBuild.serve(connection, session, server::stop);
    }

    /** Whoever waits for the end is told last: it may remove the directories that were in use. */
    @Override
    public void close() throws IOException {
        boolean isIdle = false;
        try {
            isIdle = server.drain();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        try {
            metrics.ifPresent(MetricsPage::close);
            teller.ifPresent(BuildTeller::close);
            ahead.close();
            kept.close();
            workers.ifPresent(RemoteCompiler::close);
            scheduler.ifPresent(SchedulerClient::close);
            store.close();
            if (isIdle) {
                scratch.close();
            }
        } finally {
            server.close();
        }
    }
}
