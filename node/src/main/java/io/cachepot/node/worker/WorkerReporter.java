package io.cachepot.node.worker;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;

import io.cachepot.config.SchedulerAuth;
import io.cachepot.config.WebAddress;
import io.cachepot.protocol.CacheDetails;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.ToolchainSource;
import io.cachepot.protocol.ToolchainWish;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.WorkerReportReply;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Tells every scheduler how the worker is: those of the configuration, and those that they name.
 * Takes from their answers whose job tokens are good and which grid to join.
 */
public final class WorkerReporter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WorkerReporter.class.getName());
    private static final int SCHEDULERS_MAX = 64;
    private static final int TOOLCHAINS_MAX = 1_000;

    /** A scheduler that was only told of, and is silent for so long, is forgotten. */
    private static final Duration LEARNED_SILENCE_MAX = Duration.ofMinutes(10);

    private final WorkerIdentity self;
    private final WorkerStatus status;
    private final Supplier<List<ToolchainId>> toolchains;
    private final Supplier<List<CacheDetails>> caches;
    private final Set<URI> configured;
    private final SchedulerKeys keys;
    private final GridListener listener;
    private final Consumer<List<ToolchainId>> prefetch;
    private final ReportPace pace;
    private final RandomGenerator random;
    private final SchedulerApi api;

    /** At most {@link #SCHEDULERS_MAX}, give or take those added at the same moment. */
    private final Map<URI, SchedulerLink> links = new ConcurrentHashMap<>();

    /** Written by {@link #close()}, read by links that learn. */
    private volatile boolean isClosed;

    /**
     * A reporter; {@link #start()} begins.
     *
     * @param toolchains those that are ready to use, sorted by last use
     * @param caches how they are used
     * @param schedulers base URLs, at least one
     * @param keys learn whose job tokens are good
     * @param prefetch takes toolchains that schedulers want here; it is quick
     */
    public WorkerReporter(
            WorkerIdentity self,
            WorkerStatus status,
            Supplier<List<ToolchainId>> toolchains,
            Supplier<List<CacheDetails>> caches,
            SchedulerAuth auth,
            List<URI> schedulers,
            SchedulerKeys keys,
            GridListener listener,
            Consumer<List<ToolchainId>> prefetch) {
        this(
                self,
                status,
                toolchains,
                caches,
                auth,
                schedulers,
                keys,
                listener,
                prefetch,
                ReportPace.DEFAULT,
                RandomGenerator.getDefault());
    }

    WorkerReporter(
            WorkerIdentity self,
            WorkerStatus status,
            Supplier<List<ToolchainId>> toolchains,
            Supplier<List<CacheDetails>> caches,
            SchedulerAuth auth,
            List<URI> schedulers,
            SchedulerKeys keys,
            GridListener listener,
            Consumer<List<ToolchainId>> prefetch,
            ReportPace pace,
            RandomGenerator random) {
        this.self = self;
        this.status = status;
        this.toolchains = toolchains;
        this.caches = caches;
        this.keys = keys;
        this.listener = listener;
        this.prefetch = prefetch;
        this.pace = pace;
        this.random = random;
        configured = Set.copyOf(schedulers);
        api = new SchedulerApi(WorkerBearer.of(auth, self.id()), configured);
    }

    public void start() {
        status.onChange(() -> links.values().forEach(SchedulerLink::changed));
        configured.forEach(this::link);
    }

    private void link(URI scheduler) {
        var link =
                new SchedulerLink(
                        scheduler,
                        api,
                        this::report,
                        this::heard,
                        pace,
                        new Outage(scheduler, pace.pauseMax(), random));
        if (links.putIfAbsent(scheduler, link) == null) {
            link.start();
        }
    }

    private SchedulerLink.Numbered report(long endedHeard) {
        WorkerStatus.Snapshot now = status.snapshot(endedHeard);
        var report =
                new WorkerReport(
                        self.incarnation(),
                        now.sequence(),
                        self.url().toString(),
                        self.certificatePem(),
                        self.tokenKeys().publicKey(),
                        status.jobsMax(),
                        now.state(),
                        now.running(),
                        now.ended(),
                        lastUsed(toolchains.get()),
                        self.cpus(),
                        self.memoryBytes(),
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                        caches.get(),
                        self.version());
        return new SchedulerLink.Numbered(report, now.endedCount());
    }

    /** A report with too many would be refused; of the others the schedulers need not know. */
    private static List<ToolchainId> lastUsed(List<ToolchainId> toolchains) {
        int left = Math.max(0, toolchains.size() - TOOLCHAINS_MAX);
        return toolchains.subList(left, toolchains.size());
    }

    private void heard(URI scheduler, WorkerReportReply reply) {
        keys.heard(reply.tokenKeys());
        if (isClosed) {
            return;
        }
        reply.schedulers().forEach(url -> learn(url, scheduler));
        forgetSilent();
        if (!reply.gridMembers().isEmpty()) {
            listener.schedulersSay(reply.gridName(), reply.gridMembers());
        }
        if (!reply.prefetch().isEmpty()) {
            prefetch.accept(reply.prefetch());
        }
    }

    /** Asks one scheduler after the other where {@code toolchain} is to be had. */
    public ToolchainSource toolchainSource(ToolchainId toolchain, ToolchainWish wish)
            throws IOException, InterruptedException {
        var failures = new ArrayList<String>();
        // The one heard of last is the most likely to answer.
        List<Map.Entry<URI, SchedulerLink>> inOrder =
                links.entrySet().stream()
                        .sorted(Comparator.comparing(link -> link.getValue().silence()))
                        .toList();
        for (Map.Entry<URI, SchedulerLink> link : inOrder) {
            try {
                return api.toolchainSource(link.getKey(), toolchain, wish, pace.answerMax());
            } catch (IOException e) {
                failures.add(link.getKey() + ": " + e.getMessage());
            }
        }
        throw new IOException("no scheduler answers: " + String.join("; ", failures));
    }

    private void learn(String url, URI from) {
        URI scheduler;
        try {
            scheduler = WebAddress.parseBase(url);
        } catch (IllegalArgumentException e) {
            LOG.log(DEBUG, "scheduler not usable: peer={0} reason={1}", from, e.getMessage());
            return;
        }
        if (!links.containsKey(scheduler)
                && links.size() < SCHEDULERS_MAX
                && isAsSecret(scheduler)) {
            LOG.log(INFO, "scheduler learned: peer={0} from={1}", scheduler, from);
            link(scheduler);
        }
    }

    /** Our token goes out in clear text only if the configuration does that itself. */
    private boolean isAsSecret(URI scheduler) {
        return scheduler.getScheme().equals("https")
                || configured.stream().anyMatch(uri -> uri.getScheme().equals("http"));
    }

    private void forgetSilent() {
        links.forEach((scheduler, link) -> {
            if (!configured.contains(scheduler)
                    && link.silence().compareTo(LEARNED_SILENCE_MAX) > 0
                    && links.remove(scheduler, link)) {
                LOG.log(INFO, "scheduler forgotten: peer={0}", scheduler);
                link.close();
            }
        });
    }

    /** Tells each scheduler that the worker is gone, if it hears that soon, and ends. */
    @Override
    public void close() {
        isClosed = true;
        status.gone();
        links.values().forEach(SchedulerLink::close);
        long end = System.nanoTime() + pace.farewellMax().toNanos();
        try {
            for (SchedulerLink link : links.values()) {
                link.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        api.close();
    }
}
