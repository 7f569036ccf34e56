package io.cachepot.node.grid;

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
import io.cachepot.node.scheduler.JobLedger;
import io.cachepot.node.scheduler.SchedulerDirectory;
import io.cachepot.node.scheduler.UnavailableException;
import io.cachepot.node.scheduler.WorkerRegistry;
import io.cachepot.protocol.WorkerId;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A scheduler's place in the grid: a data member, and the cluster's state that it helps to keep.
 */
public final class SchedulerGrid implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SchedulerGrid.class.getName());
    private static final long REFRESH_SECONDS = 1;
    private static final long ANNOUNCE_SECONDS = 60;
    private static final long NOTES_MILLIS = 200;

    private final HazelcastInstance hazelcast;
    private final GridWorkers workers;
    private final GridJobs jobs;
    private final GridSchedulers schedulers;

    /** What must not be done on the grid's own event threads: it waits for the grid. */
    private final ScheduledExecutorService aside =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("grid-aside").daemon().factory());

    /** Writes the ledger; a thread of its own, since it may wait for long. */
    private final ScheduledExecutorService notes =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("grid-notes").daemon().factory());

    private SchedulerGrid(HazelcastInstance hazelcast, String url, String tokenKey) {
        this.hazelcast = hazelcast;
        schedulers = new GridSchedulers(hazelcast, url, tokenKey);
        workers = new GridWorkers(hazelcast.getMap(GridSettings.WORKERS));
        jobs = new GridJobs(hazelcast.getMap(GridSettings.JOBS));
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
        var grid = new SchedulerGrid(newMember(config, tls), url, tokenKey);
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
        workers.start();
        schedulers.announce();
        hazelcast.getCluster().addMembershipListener(new Members());
        hazelcast.getLifecycleService().addLifecycleListener(this::lifecycle);
        var _ =
                aside.scheduleWithFixedDelay(
                        () -> attempt("records not read", schedulers::refresh),
                        REFRESH_SECONDS,
                        REFRESH_SECONDS,
                        TimeUnit.SECONDS);
        var _ =
                aside.scheduleWithFixedDelay(
                        () -> attempt("record not written", schedulers::announce),
                        ANNOUNCE_SECONDS,
                        ANNOUNCE_SECONDS,
                        TimeUnit.SECONDS);
        var _ =
                notes.scheduleWithFixedDelay(
                        () -> attempt("states of jobs not noted", jobs::flush),
                        NOTES_MILLIS,
                        NOTES_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    /** A failure here is repaired by the next turn. */
    private void attempt(String failure, Runnable step) {
        try {
            step.run();
        } catch (UnavailableException | HazelcastException | IllegalStateException e) {
            if (hazelcast.getLifecycleService().isRunning()) {
                LOG.log(WARNING, failure + ": {0}", e.getMessage());
            }
        }
    }

    private void lifecycle(LifecycleEvent event) {
        if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
            LOG.log(WARNING, "grid merged with another; state is read anew");
            aside.execute(() -> attempt("record not written", schedulers::announce));
            aside.execute(() -> attempt("workers not read", workers::reload));
        }
    }

    private final class Members implements MembershipListener {
        @Override
        public void memberAdded(MembershipEvent event) {
            LOG.log(INFO, "member joined the grid: {0}", describe(event.getMember()));
            aside.execute(() -> attempt("records not read", schedulers::refresh));
        }

        @Override
        public void memberRemoved(MembershipEvent event) {
            LOG.log(INFO, "member left the grid: {0}", describe(event.getMember()));
            aside.execute(() -> attempt("worker not noted as gone", () -> left(event.getMember())));
        }
    }

    private static String describe(Member member) {
        String worker = member.getAttribute(GridSettings.WORKER_ATTRIBUTE);
        return member.getAddress() + (worker == null ? " (scheduler)" : " (worker " + worker + ")");
    }

    /** The first sign of a worker's death: its connections close. */
    private void left(Member member) {
        String worker = member.getAttribute(GridSettings.WORKER_ATTRIBUTE);
        String incarnation = member.getAttribute(GridSettings.INCARNATION_ATTRIBUTE);
        if (worker != null && incarnation != null) {
            workers.gone(new WorkerId(worker), Long.parseLong(incarnation));
        }
    }

    public WorkerRegistry workers() {
        return workers;
    }

    public JobLedger jobs() {
        return jobs;
    }

    public SchedulerDirectory schedulers() {
        return schedulers;
    }

    /** Hands this member's share over to the others and leaves. */
    @Override
    public void close() {
        aside.shutdownNow();
        notes.shutdownNow();
        hazelcast.shutdown();
    }
}
