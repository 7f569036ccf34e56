package io.cachepot.node.grid;

import io.cachepot.node.scheduler.GridHealth;
import io.cachepot.node.scheduler.GridHealth.State;
import java.time.Duration;

/**
 * What a scheduler makes of its looks at the grid, one a second. A member that can not reach its
 * own data for a minute is started anew: Hazelcast itself may wait for ever for a partition table
 * that nobody can complete any more. Used by one thread, read by all.
 */
final class GridWatch {
    static final Duration RESTART_AFTER = Duration.ofSeconds(60);

    private volatile Seen seen;

    private record Seen(State state, long sinceNanos) {}

    /**
     * What one look showed.
     *
     * @param answers whether an entry could be read in time
     * @param dataMembers how many schedulers are in the grid, this one counted
     * @param isSafe whether every entry of this member has its copy
     * @param isMerging whether this member leaves one half for the other
     */
    record Look(boolean answers, int dataMembers, boolean isSafe, boolean isMerging) {
        State state() {
            if (isMerging) {
                return State.MERGING;
            }
            if (!answers) {
                return State.UNREACHABLE;
            }
            if (dataMembers < 2) {
                return State.NO_REPLICA;
            }
            return isSafe ? State.SAFE : State.SYNCING;
        }
    }

    GridWatch(long nowNanos) {
        seen = new Seen(State.SYNCING, nowNanos);
    }

    /** Takes a look; true when the state is another one than before. */
    boolean see(Look look, long nowNanos) {
        State state = look.state();
        if (state == seen.state) {
            return false;
        }
        seen = new Seen(state, nowNanos);
        return true;
    }

    GridHealth health(long term, long nowNanos) {
        Seen now = seen;
        return new GridHealth(now.state, term, Duration.ofNanos(nowNanos - now.sinceNanos));
    }

    /** Whether the member should be given up and started anew. */
    boolean isLost(long nowNanos) {
        Seen now = seen;
        boolean isBad = now.state == State.UNREACHABLE || now.state == State.MERGING;
        return isBad && nowNanos - now.sinceNanos >= RESTART_AFTER.toNanos();
    }

    /** It was started anew; it has as much time again. */
    void restarted(long nowNanos) {
        seen = new Seen(State.SYNCING, nowNanos);
    }
}
