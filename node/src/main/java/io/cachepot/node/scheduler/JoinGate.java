package io.cachepot.node.scheduler;

import io.cachepot.protocol.WorkerId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Lets workers into the grid one after the other. A member talks to every other one, so many that
 * join in the same second, as after a loss of power, keep each other from answering in time, are
 * thought lost, and begin again. Work need not wait for it: a worker gets jobs from its first
 * report on.
 *
 * <pre>
 * nobody's turn -> worker's turn -> it is in the grid    -> nobody's turn
 *                                -> its turn takes too long -> another's turn
 * </pre>
 */
final class JoinGate {
    /** A join takes a second, on a busy host ten. */
    private static final long TURN_NANOS = Duration.ofSeconds(15).toNanos();

    private final Object lock = new Object();

    /** Whose turn it is, or was. Guarded by {@code lock}. */
    private @Nullable WorkerId turn;

    /** Guarded by {@code lock}. */
    private long untilNanos;

    /** Whether somebody was told to wait in this turn. Guarded by {@code lock}. */
    private boolean isOtherWaiting;

    /**
     * Whether {@code worker}, which reports, may be told how to join.
     *
     * @param isMember whether it did already
     */
    boolean mayJoin(WorkerId worker, boolean isMember, long nowNanos) {
        synchronized (lock) {
            if (isMember) {
                turn = worker.equals(turn) ? null : turn;
                return true;
            }
            boolean isOver = turn == null || nowNanos - untilNanos >= 0;
            if (isOver && !mustWait(worker, nowNanos)) {
                turn = worker;
                untilNanos = nowNanos + TURN_NANOS;
                isOtherWaiting = false;
            }
            boolean isTurn = worker.equals(turn) && nowNanos - untilNanos < 0;
            isOtherWaiting |= !worker.equals(turn);
            return isTurn;
        }
    }

    /** Whose turn was of no use lets another one go first, if one comes. */
    private boolean mustWait(WorkerId worker, long nowNanos) {
        return worker.equals(turn) && isOtherWaiting && nowNanos - untilNanos < TURN_NANOS;
    }
}
