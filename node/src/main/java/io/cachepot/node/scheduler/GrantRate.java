package io.cachepot.node.scheduler;

import java.time.Duration;

/** How fast grants are handed out, so that who is refused knows when to come again. */
final class GrantRate {
    private static final long HALF_LIFE_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long RETRY_MILLIS_MIN = 1_000;
    private static final long RETRY_MILLIS_MAX = 10_000;

    private double count;
    private long atNanos;

    void granted(long nowNanos) {
        decay(nowNanos);
        count++;
    }

    private void decay(long nowNanos) {
        count *= Math.pow(0.5, (double) (nowNanos - atNanos) / HALF_LIFE_NANOS);
        atNanos = nowNanos;
    }

    /** When all that wait now should have been served, from 1 to 10 s. */
    long retryAfterMillis(int waiting, long nowNanos) {
        decay(nowNanos);
        double perSecond = count * Math.log(2) * 1e9 / HALF_LIFE_NANOS;
        double millis = perSecond < 0.01 ? 0 : 1_000 * waiting / perSecond;
        return (long) Math.clamp(millis, RETRY_MILLIS_MIN, RETRY_MILLIS_MAX);
    }
}
