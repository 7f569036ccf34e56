package io.cachepot.client.dist;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Which scheduler to ask, from how earlier calls went. The one in use stays in use while it
 * answers. One that does not is left alone for 1, 2, 4 ... 30 s. Each client prefers one of them by
 * its name, so that a pair shares the load, and goes back to it a while after it answers again, not
 * at the same moment as all others. Not safe for threads.
 */
final class SchedulerHealth {
    private static final Duration PAUSE_MIN = Duration.ofSeconds(1);
    private static final int PAUSE_DOUBLINGS_MAX = 5;
    private static final Duration OUTAGE_BELIEVED = Duration.ofSeconds(2);
    private static final Duration RETURN_AFTER = Duration.ofSeconds(30);

    private final List<Standing> schedulers = new ArrayList<>();
    private final RandomGenerator random;
    private final int preferred;
    private int inUse;

    /** When a scheduler last failed; while none answers they are tried again some time after. */
    private long failedAtNanos;

    private long outageNanos;

    /** When the preferred one is tried again though another answers. */
    private long returnAtNanos;

    private static final class Standing {
        private int failures;
        private long pausedUntilNanos;

        boolean isPaused(long nowNanos) {
            return failures > 0 && nowNanos - pausedUntilNanos < 0;
        }
    }

    /**
     * @param count of schedulers, at least 1
     * @param client whose name tells which one it prefers
     */
    SchedulerHealth(int count, String client, RandomGenerator random) {
        for (int i = 0; i < count; i++) {
            schedulers.add(new Standing());
        }
        this.random = random;
        preferred = Math.floorMod(client.hashCode(), count);
        inUse = preferred;
    }

    int inUse() {
        return inUse;
    }

    /** Whom to ask, the best first; all of them, for one call may be worth more than a pause. */
    List<Integer> order(long nowNanos) {
        var order = new ArrayList<Integer>();
        if (inUse != preferred && nowNanos - returnAtNanos >= 0) {
            // Only this call tries it; if it fails, the others are not held up.
            returnAtNanos = nowNanos + Jitter.nanos(RETURN_AFTER, random);
            order.add(preferred);
        }
        for (int i = 0; i < schedulers.size(); i++) {
            int index = (inUse + i) % schedulers.size();
            if (!order.contains(index)) {
                order.add(index);
            }
        }
        order.sort((one, other) ->
                Boolean.compare(
                        schedulers.get(one).isPaused(nowNanos),
                        schedulers.get(other).isPaused(nowNanos)));
        return order;
    }

    void answered(int index, long nowNanos) {
        schedulers.get(index).failures = 0;
        if (index != inUse) {
            inUse = index;
            returnAtNanos = nowNanos + Jitter.nanos(RETURN_AFTER, random);
        }
    }

    void failed(int index, long nowNanos) {
        failedAtNanos = nowNanos;
        outageNanos = Jitter.nanos(OUTAGE_BELIEVED, random);
        Standing scheduler = schedulers.get(index);
        if (!scheduler.isPaused(nowNanos)) {
            int doublings = Math.min(scheduler.failures, PAUSE_DOUBLINGS_MAX);
            scheduler.pausedUntilNanos =
                    nowNanos + Jitter.nanos(PAUSE_MIN.multipliedBy(1L << doublings), random);
            scheduler.failures++;
        }
    }

    /**
     * Whether no scheduler answered when it was last asked, a moment ago: a build must not wait for
     * each of its compiles to find that out anew, and recovery should be noticed soon.
     */
    boolean isOutage(long nowNanos) {
        return nowNanos - failedAtNanos < outageNanos
                && schedulers.stream().allMatch(scheduler -> scheduler.isPaused(nowNanos));
    }
}
