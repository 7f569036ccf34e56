package io.cachepot.node.scheduler;

import io.cachepot.protocol.WorkerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Which workers are not to be trusted with jobs for a while, from what clients say of grants that
 * came to nothing.
 *
 * <ul>
 *   <li>A client whose job failed on a worker gets nothing there for 1, 2, 4 ... 64 s.
 *   <li>A worker that fails clients in general is in quarantine for as long, then <i>half open</i>:
 *       it gets one job at a time until one ends well.
 * </ul>
 *
 * <p>One client alone can not bring a worker into quarantine while others are served by it: it may
 * be the client that is cut off, or lies. Not safe for threads.
 */
final class WorkerHealth {
    private static final long HALF_LIFE_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int PAUSE_DOUBLINGS_MAX = 6;

    /** After so long without a failure the next pause is a short one again. */
    private static final long FORGIVEN_NANOS = Duration.ofMinutes(2).toNanos();

    /** A client's word counts when more of its jobs there fail than this. */
    private static final double FAILED_SHARE_MAX = 0.3;

    private static final int CLIENTS_MAX = 64;

    private final Map<WorkerId, Standing> workers = new HashMap<>();

    private static final class Standing {
        private final Map<String, Account> clients = new HashMap<>();
        private final Pause quarantine = new Pause();
        private boolean isHalfOpen;
    }

    /** What one client saw of one worker. */
    private static final class Account {
        private final Pause pause = new Pause();
        private double failed;
        private double ended;
        private long atNanos;

        void decay(long nowNanos) {
            double factor = Math.pow(0.5, (double) (nowNanos - atNanos) / HALF_LIFE_NANOS);
            failed *= factor;
            ended *= factor;
            atNanos = nowNanos;
        }

        boolean isBad() {
            return failed >= 0.5 && failed > FAILED_SHARE_MAX * (failed + ended);
        }

        boolean isServed() {
            return ended >= 0.5 && !isBad();
        }
    }

    /** Doubles from time to time, and is forgiven. */
    private static final class Pause {
        private int doublings = -1;
        private long untilNanos;

        boolean isOn(long nowNanos) {
            return doublings >= 0 && nowNanos - untilNanos < 0;
        }

        void begin(long nowNanos) {
            boolean isForgiven = doublings >= 0 && nowNanos - untilNanos > FORGIVEN_NANOS;
            doublings = isForgiven ? 0 : Math.min(doublings + 1, PAUSE_DOUBLINGS_MAX);
            untilNanos = nowNanos + (PAUSE_NANOS << doublings);
        }
    }

    /** A job of {@code client} failed on {@code worker}. */
    void failed(WorkerId worker, String client, long nowNanos) {
        Standing standing = workers.computeIfAbsent(worker, _ -> new Standing());
        Account account = account(standing, client, nowNanos);
        account.failed++;
        if (!account.pause.isOn(nowNanos)) {
            account.pause.begin(nowNanos);
        }
        if (standing.isHalfOpen || isBadForAll(standing, nowNanos)) {
            if (!standing.quarantine.isOn(nowNanos)) {
                standing.quarantine.begin(nowNanos);
            }
            standing.isHalfOpen = true;
        }
    }

    private static Account account(Standing standing, String client, long nowNanos) {
        if (standing.clients.size() >= CLIENTS_MAX && !standing.clients.containsKey(client)) {
            standing.clients.values().removeIf(account -> !account.pause.isOn(nowNanos));
        }
        Account account =
                standing.clients.size() >= CLIENTS_MAX
                        ? standing.clients.values().iterator().next()
                        : standing.clients.computeIfAbsent(client, _ -> new Account());
        account.decay(nowNanos);
        return account;
    }

    /** Two clients say so, or the only one that it had: that one must have seen it twice. */
    private static boolean isBadForAll(Standing standing, long nowNanos) {
        int bad = 0;
        int served = 0;
        double failed = 0;
        for (Account account : standing.clients.values()) {
            account.decay(nowNanos);
            bad += account.isBad() ? 1 : 0;
            served += account.isServed() ? 1 : 0;
            failed += account.failed;
        }
        return bad >= 2 ? bad > served : served == 0 && failed >= 1.5;
    }

    /** A job of {@code client} ran to its end on {@code worker}. */
    void ended(WorkerId worker, String client, long nowNanos) {
        Standing standing = workers.get(worker);
        if (standing != null) {
            account(standing, client, nowNanos).ended++;
            standing.isHalfOpen &= standing.quarantine.isOn(nowNanos);
        }
    }

    /** A worker that started anew has a clean standing. */
    void restarted(WorkerId worker) {
        workers.remove(worker);
    }

    /** How many permits of {@code worker} may be in use: 0, 1, or all of them. */
    int permitsMax(WorkerId worker, long nowNanos) {
        Standing standing = workers.get(worker);
        if (standing == null || !standing.isHalfOpen) {
            return Integer.MAX_VALUE;
        }
        return standing.quarantine.isOn(nowNanos) ? 0 : 1;
    }

    /** Whether {@code client} may have permits of {@code worker}. */
    boolean mayServe(WorkerId worker, String client, long nowNanos) {
        Standing standing = workers.get(worker);
        Account account = standing == null ? null : standing.clients.get(client);
        return account == null || !account.pause.isOn(nowNanos);
    }
}
