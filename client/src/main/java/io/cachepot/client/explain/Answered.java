package io.cachepot.client.explain;

import io.cachepot.client.stats.PhaseTimes;
import java.util.Optional;

/**
 * One compile as it was answered, for those who look at many.
 *
 * @param beganNanos {@code System.nanoTime} when the request was there
 * @param endedNanos the same when the answer was
 * @param source absolute; empty where there seems to be none
 * @param isFailed whether the compiler refused, or died
 * @param worker {@code host:port} of who compiled it or had the result
 * @param why it was no hit, in a few words that are the same for many
 * @param localReason why it did not go to a worker
 */
public record Answered(
        long beganNanos,
        long endedNanos,
        String source,
        Tier tier,
        boolean isFailed,
        Optional<String> worker,
        Optional<String> why,
        Optional<String> localReason,
        PhaseTimes times) {
    /** How long its build waited. */
    public long elapsedNanos() {
        return endedNanos - beganNanos;
    }
}
