package io.cachepot.node.grid;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import io.cachepot.config.GridConfig;
import io.cachepot.node.grid.secure.MemberTls;
import io.cachepot.node.grid.secure.SecureMembers;
import io.cachepot.node.scheduler.ContentDirectory;
import io.cachepot.node.scheduler.GridHealth;
import io.cachepot.node.scheduler.JobLedger;
import io.cachepot.node.scheduler.SchedulerDirectory;
import io.cachepot.node.scheduler.UnavailableException;
import io.cachepot.node.scheduler.WorkerRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A scheduler's place in the grid: a data member, and the cluster's state that it helps to keep.
 */
public final class SchedulerGrid implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SchedulerGrid.class.getName());
    private static final long LOOK_MILLIS = 1_000;
    private static final long NOTES_MILLIS = 200;

    private final GridConfig config;
    private final Optional<MemberTls> tls;
    private final GridWatch watch = new GridWatch(System.nanoTime());
    private final GridWorkers workers;
    private final GridJobs jobs;
    private final GridContents contents;
    private final GridSchedulers schedulers;

    /** Replaced by the watch's thread alone. */
    private volatile HazelcastInstance hazelcast;

    /** Set by the grid's threads, read by the watch. */
    private volatile boolean isMerging;

    /** What must not be done on the grid's own event threads: it waits for the grid. */
    private final ScheduledExecutorService aside = thread("grid-aside");

    /** Writes the ledger; a thread of its own, since it may wait for long. */
    private final ScheduledExecutorService notes = thread("grid-notes");

    /** Looks whether the grid answers, and so must wait for nothing else. */
    private final ScheduledExecutorService watcher = thread("grid-watch");

    private SchedulerGrid(GridConfig config, Optional<MemberTls> tls, String url, String tokenKey) {
        this.config = config;
        this.tls = tls;
        hazelcast = newMember(config, tls);
        schedulers =
                new GridSchedulers(
                        () -> hazelcast,
                        watch,
                        this::warnings,
                        () -> tls.map(MemberTls::expiresAt),
                        url,
                        tokenKey);
        workers =
                new GridWorkers(
                        () -> hazelcast.getMap(GridSettings.WORKERS),
                        () -> hazelcast.getMap(GridSettings.CERTIFICATES));
        jobs = new GridJobs(() -> hazelcast.getMap(GridSettings.JOBS), this::partition);
        contents =
                new GridContents(
                        () -> hazelcast.getMap(GridSettings.RESULTS),
                        () -> hazelcast.getMap(GridSettings.ARRIVALS),
                        this::partition);
    }

    private int partition(String key) {
        return hazelcast.getPartitionService().getPartition(key).getPartitionId();
    }

    private List<String> warnings() {
        var warnings = new ArrayList<String>();
        tls.flatMap(each -> each.warning(Instant.now())).ifPresent(warnings::add);
        boolean isPairMeant =
                config.members().stream().anyMatch(member -> !member.equals(config.bindAddr()));
        if (isPairMeant && schedulers.health().state() == GridHealth.State.NO_REPLICA) {
            warnings.add(
                    "no replica: of grid.members " + config.members() + " only this one is there");
        }
        return warnings;
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }

    /**
     * Joins the grid that {@code config} describes, or begins one.
     *
     * @param tls what to prove itself with
     * @param url where workers and clients reach this scheduler
     * @param tokenKey public key of its job tokens
     * @throws GridException when the member can not be started; a port in use is named
     */
    public static SchedulerGrid join(
            GridConfig config, Optional<MemberTls> tls, String url, String tokenKey) {
        var grid = new SchedulerGrid(config, tls, url, tokenKey);
        grid.start();
        return grid;
    }

    private static HazelcastInstance newMember(GridConfig config, Optional<MemberTls> tls) {
        try {
            return SecureMembers.start(GridSettings.member(config), tls);
        } catch (HazelcastException | IllegalStateException e) {
            throw new GridException(
                    "the grid can not be joined: grid.bind_addr is "
                            + config.bindAddr()
                            + ", grid.members "
                            + config.members()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private void start() {
        follow();
        // A grid that is busy with others that come and go may take longer; the watch tries again.
        boolean answers = attempt("record not written", schedulers::announce);
        watch.see(look(answers), System.nanoTime());
        every(watcher, LOOK_MILLIS, this::watch);
        every(notes, NOTES_MILLIS, () -> attempt("states of jobs not noted", jobs::flush));
        every(notes, NOTES_MILLIS, () -> attempt("results not noted", contents::flush));
    }

    private static void every(ScheduledExecutorService thread, long millis, Runnable step) {
        var _ = thread.scheduleWithFixedDelay(step, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Listens to a member that was just started. */
    private void follow() {
        workers.follow();
        schedulers.beginTerm();
        hazelcast.getCluster().addMembershipListener(new Members());
        hazelcast.getLifecycleService().addLifecycleListener(this::lifecycle);
    }

    private void watch() {
        boolean answers = attempt("record not written", schedulers::announce);
        long now = System.nanoTime();
        if (watch.see(look(answers), now)) {
            GridHealth health = schedulers.health();
            LOG.log(
                    health.state() == GridHealth.State.UNREACHABLE ? WARNING : INFO,
                    "grid is {0}: term={1}",
                    health.state(),
                    health.term());
            if (answers) {
                // What only a member had that is gone is lost; no event tells of it for sure.
                aside.execute(() -> attempt("workers not read", workers::reload));
            }
        }
        if (watch.isLost(now)) {
            attempt("member not started anew", this::restart);
            watch.restarted(System.nanoTime());
        }
    }

    private GridWatch.Look look(boolean answers) {
        try {
            int dataMembers =
                    (int)
                            hazelcast.getCluster().getMembers().stream()
                                    .filter(member -> !member.isLiteMember())
                                    .count();
            boolean isSafe = hazelcast.getPartitionService().isLocalMemberSafe();
            return new GridWatch.Look(answers, dataMembers, isSafe, isMerging);
        } catch (HazelcastException | IllegalStateException _) {
            return new GridWatch.Look(false, 0, false, isMerging);
        }
    }

    /** What this scheduler knew comes back with the reports of workers. */
    private void restart() {
        LOG.log(
                WARNING,
                "the grid has not answered for {0}; its member is started anew",
                GridWatch.RESTART_AFTER);
        hazelcast.getLifecycleService().terminate();
        hazelcast = newMember(config, tls);
        isMerging = false;
        follow();
    }

    /** A failure here is repaired by the next turn; false says that there was one. */
    private boolean attempt(String failure, Runnable step) {
        try {
            step.run();
            return true;
        } catch (UnavailableException | HazelcastException | GridException e) {
            LOG.log(WARNING, failure + ": {0}", e.getMessage());
            return false;
        } catch (IllegalStateException e) {
            LOG.log(DEBUG, failure + ": {0}", e.getMessage());
            return false;
        }
    }

    private void lifecycle(LifecycleEvent event) {
        switch (event.getState()) {
            case MERGING -> isMerging = true;
            case MERGED -> {
                LOG.log(WARNING, "grid merged with another; state is read anew");
                aside.execute(() -> attempt("workers not read", this::afterMerge));
            }
            case MERGE_FAILED -> isMerging = false;
            default -> {}
        }
    }

    private void afterMerge() {
        schedulers.beginTerm();
        schedulers.announce();
        workers.reload();
        isMerging = false;
    }

    private final class Members implements MembershipListener {
        @Override
        public void memberAdded(MembershipEvent event) {
            LOG.log(INFO, "member joined the grid: {0}", describe(event.getMember()));
            schedulers.look();
            aside.execute(() -> attempt("records not read", schedulers::refresh));
        }

        @Override
        public void memberRemoved(MembershipEvent event) {
            LOG.log(INFO, "member left the grid: {0}", describe(event.getMember()));
            schedulers.look();
            left(event.getMember());
        }
    }

    private static String describe(Member member) {
        String worker = member.getAttribute(GridSettings.WORKER_ATTRIBUTE);
        return member.getAddress() + (worker == null ? " (scheduler)" : " (worker " + worker + ")");
    }

    /** The first sign of a worker's death: its connections close. */
    private void left(Member member) {
        WorkerStart.of(member)
                .ifPresent(start -> workers.gone(start.worker(), start.incarnation()));
    }

    public WorkerRegistry workers() {
        return workers;
    }

    public JobLedger jobs() {
        return jobs;
    }

    public ContentDirectory contents() {
        return contents;
    }

    public SchedulerDirectory schedulers() {
        return schedulers;
    }

    /** Hands this member's share over to the others and leaves. */
    @Override
    public void close() {
        watcher.shutdownNow();
        aside.shutdownNow();
        notes.shutdownNow();
        hazelcast.shutdown();
    }
}
