package io.cachepot.node.grid;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import io.cachepot.config.GridConfig;
import io.cachepot.config.HostPort;
import io.cachepot.node.grid.secure.MemberTls;
import io.cachepot.node.grid.secure.SecureMembers;
import io.cachepot.protocol.WorkerId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A worker's place in the grid: a lite member, which holds nothing. It is there so that the
 * schedulers see at once when the worker dies; work goes on without it.
 *
 * <p>It joins when a scheduler tells it to. It leaves and joins again in two cases: when it is
 * older than every scheduler, for the oldest member leads the grid, and when no scheduler is in its
 * grid any more.
 */
public final class WorkerGrid implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WorkerGrid.class.getName());
    private static final long LOOK_SECONDS = 5;

    private final Optional<GridConfig> configured;
    private final Optional<MemberTls> tls;
    private final WorkerId worker;
    private final long incarnation;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("worker-grid").daemon().factory());

    /** Written by reports, read by this object's thread. */
    private volatile Target target = Target.NONE;

    /** Used by this object's thread, and by close after that has ended. */
    private @Nullable HazelcastInstance hazelcast;

    private boolean isTold;

    private record Target(String gridName, List<String> members) {
        static final Target NONE = new Target("", List.of());
    }

    /**
     * @param configured where to listen, and whom to join if not those that the schedulers name
     * @param tls what to prove itself with
     */
    public WorkerGrid(
            Optional<GridConfig> configured,
            Optional<MemberTls> tls,
            WorkerId worker,
            long incarnation) {
        this.tls = tls;
        this.configured = configured;
        this.worker = worker;
        this.incarnation = incarnation;
    }

    public void start() {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::lookSafely, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /** Takes what a scheduler says of its grid. */
    public void schedulersSay(String gridName, List<String> members) {
        var told = new Target(gridName, List.copyOf(members));
        if (!members.isEmpty() && !told.equals(target)) {
            target = told;
            thread.execute(this::lookSafely);
        }
    }

    private void lookSafely() {
        try {
            look();
        } catch (HazelcastException | IllegalStateException | GridException e) {
            LOG.log(
                    WARNING,
                    "not in the grid, schedulers go by reports alone: {0}",
                    e.getMessage());
            leave();
        }
    }

    private void look() {
        HazelcastInstance now = hazelcast;
        if (now != null && !isWellPlaced(now)) {
            leave();
        }
        if (hazelcast == null && !target.members.isEmpty()) {
            join();
        }
    }

    private static boolean isWellPlaced(HazelcastInstance now) {
        if (!now.getLifecycleService().isRunning()) {
            return false;
        }
        // In the order in which they joined; the first one leads.
        Member oldest = now.getCluster().getMembers().iterator().next();
        boolean isAnyScheduler =
                now.getCluster().getMembers().stream().anyMatch(member -> !member.isLiteMember());
        return isAnyScheduler && !oldest.localMember();
    }

    private void join() {
        Optional<GridConfig> config = config(target);
        if (config.isEmpty()) {
            if (!isTold) {
                LOG.log(
                        INFO,
                        "not in the grid, schedulers go by reports alone: they are at {0}, and"
                                + " without a table [grid] a worker joins on loopback only",
                        target.members);
            }
            isTold = true;
            return;
        }
        Config member = GridSettings.liteMember(config.get());
        member.getMemberAttributeConfig()
                .setAttribute(GridSettings.WORKER_ATTRIBUTE, worker.address())
                .setAttribute(GridSettings.INCARNATION_ATTRIBUTE, Long.toString(incarnation));
        hazelcast = SecureMembers.start(member, tls);
        LOG.log(INFO, "joined the grid: worker={0} members={1}", worker, target.members);
    }

    private Optional<GridConfig> config(Target to) {
        GridConfig base = configured.orElse(GridConfig.DEFAULT);
        List<HostPort> members = to.members.stream().map(HostPort::parse).toList();
        if (configured.isEmpty() && !members.stream().allMatch(HostPort::isLoopback)) {
            return Optional.empty();
        }
        return Optional.of(
                new GridConfig(
                        to.gridName,
                        base.bindAddr(),
                        base.tls(),
                        base.isDangerouslyInsecure(),
                        members,
                        base.heartbeatInterval(),
                        base.noHeartbeat()));
    }

    /** Joins again when a scheduler says that it is this worker's turn. */
    private void leave() {
        HazelcastInstance left = hazelcast;
        hazelcast = null;
        target = Target.NONE;
        if (left != null) {
            left.shutdown();
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(LOOK_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        leave();
    }
}
