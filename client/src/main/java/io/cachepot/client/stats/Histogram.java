package io.cachepot.client.stats;

import java.util.Arrays;

/**
 * How often something took how long, in {@link #BUCKETS} buckets of fixed place: each power of two
 * of nanoseconds has four, so a percentile is at most a quarter off. Not for several threads.
 */
final class Histogram {
    private static final int STEPS_BITS = 2;
    private static final int STEPS = 1 << STEPS_BITS;

    /** Below it (1.024 µs) nothing is told apart. */
    private static final int SHIFT_MIN = 10;

    /** From here on (18 minutes) neither. */
    private static final int SHIFT_MAX = 40;

    static final int BUCKETS = (SHIFT_MAX - SHIFT_MIN) * STEPS + 1;

    private final long[] counts = new long[BUCKETS];

    void add(long nanos) {
        add(bucket(nanos), 1);
    }

    /** Adds {@code count} to a bucket; one that does not exist is left out. */
    void add(int bucket, long count) {
        if (bucket >= 0 && bucket < BUCKETS) {
            counts[bucket] += count;
        }
    }

    long count(int bucket) {
        return counts[bucket];
    }

    static int bucket(long nanos) {
        if (nanos < 1L << SHIFT_MIN) {
            return 0;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
        if (shift >= SHIFT_MAX) {
            return BUCKETS - 1;
        }
        int step = (int) (nanos >> (shift - STEPS_BITS)) & (STEPS - 1);
        return (shift - SHIFT_MIN) * STEPS + step + 1;
    }

    /** The smallest time of the next bucket: what all in this one are below. */
    static long nanosBelow(int bucket) {
        int shift = SHIFT_MIN + bucket / STEPS;
        return (1L << shift) + (long) (bucket % STEPS) * (1L << (shift - STEPS_BITS));
    }

    long total() {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        return total;
    }

    /** How many took less than {@code nanos}, which is to be a bucket's bound. */
    long totalBelow(long nanos) {
        long total = 0;
        for (int bucket = 0; bucket < BUCKETS && nanosBelow(bucket) <= nanos; bucket++) {
            total += counts[bucket];
        }
        return total;
    }

    /**
     * What the given part of all took less than.
     *
     * @param part 0.5 is the median
     * @return nanoseconds; 0 when there are none
     */
    long percentileNanos(double part) {
        long total = total();
        long rank = Math.max(1, (long) Math.ceil(total * part));
        long seen = 0;
        for (int bucket = 0; bucket < BUCKETS && total > 0; bucket++) {
            seen += counts[bucket];
            if (seen >= rank) {
                return nanosBelow(bucket);
            }
        }
        return 0;
    }

    void clear() {
        Arrays.fill(counts, 0);
    }
}
