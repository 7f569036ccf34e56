package io.cachepot.client.stats;

import io.cachepot.client.stats.Stats.Counter;
import io.cachepot.client.stats.Stats.Timer;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;

/**
 * Counts at one moment: of one coordinator, or the sum of several. A map of maps, so that releases
 * that count different things can add up each other's.
 *
 * @param groups by what is counted, then by label; at most {@link #LABELS_MAX} labels each
 */
public record Tally(Map<String, Map<String, Long>> groups) {
    public static final Tally EMPTY = new Tally(Map.of());

    /** Labels come from command lines and workers; beyond this they are {@link #OTHER}. */
    static final int LABELS_MAX = 1_000;

    static final String OTHER = "other";
    static final String COUNTERS = "counters";
    static final String NANOS = "nanos";
    static final String NOT_CACHED = "not_cached";
    static final String DIST_COMPILES = "dist_compiles";
    static final String LOCAL_REASONS = "dist_local_reasons";
    static final String MISS_REASONS = "miss_reasons";
    static final String HITS_BY_LANGUAGE = "cache_hits_by_language";
    static final String MISSES_BY_LANGUAGE = "cache_misses_by_language";
    static final String ANSWERED = "answered";
    static final String PHASE_NANOS = "nanos_by_phase";
    private static final String PHASE = "phase_";

    public Tally {
        var copy = new TreeMap<String, Map<String, Long>>();
        groups.forEach((name, counts) -> copy.put(name, Map.copyOf(counts)));
        groups = Collections.unmodifiableMap(copy);
    }

    /** Under which the buckets of {@code phase} are, the labels being their numbers. */
    static String group(Phase phase) {
        return PHASE + phase.key();
    }

    /** Whether nothing was counted. */
    public boolean isEmpty() {
        return groups.values().stream().allMatch(Map::isEmpty);
    }

    public Tally plus(Tally other) {
        return combine(other, Long::sum);
    }

    /** What came after {@code earlier}; never less than nothing. */
    public Tally minus(Tally earlier) {
        return combine(earlier, (now, then) -> Math.max(0, now - then));
    }

    private Tally combine(Tally other, LongBinaryOperator operator) {
        var names = new TreeMap<String, Map<String, Long>>(groups);
        other.groups.forEach(names::putIfAbsent);
        names.replaceAll((name, _) -> combine(group(name), other.group(name), operator));
        return new Tally(names);
    }

    private static Map<String, Long> combine(
            Map<String, Long> one, Map<String, Long> two, LongBinaryOperator operator) {
        var combined = new TreeMap<String, Long>();
        one.forEach((label, count) -> {
            long value = operator.applyAsLong(count, two.getOrDefault(label, 0L));
            add(combined, label, value);
        });
        two.forEach((label, count) -> {
            if (!one.containsKey(label)) {
                add(combined, label, operator.applyAsLong(0, count));
            }
        });
        return combined;
    }

    private static void add(Map<String, Long> counts, String label, long count) {
        if (count != 0) {
            counts.merge(bounded(counts, label), count, Long::sum);
        }
    }

    /** The label under which one more is counted in {@code counts}. */
    static String bounded(Map<String, Long> counts, String label) {
        return counts.size() < LABELS_MAX || counts.containsKey(label) ? label : OTHER;
    }

    private Map<String, Long> group(String name) {
        return groups.getOrDefault(name, Map.of());
    }

    private Map<String, Long> sorted(String name) {
        return new TreeMap<>(group(name));
    }

    public long count(Counter counter) {
        return group(COUNTERS).getOrDefault(counter.name(), 0L);
    }

    public long nanos(Timer timer) {
        return group(NANOS).getOrDefault(timer.name(), 0L);
    }

    /** By reason. */
    public Map<String, Long> notCached() {
        return sorted(NOT_CACHED);
    }

    /** By worker. */
    public Map<String, Long> distCompiles() {
        return sorted(DIST_COMPILES);
    }

    /** Compiles that were to go to a worker and were done here, by reason. */
    public Map<String, Long> localReasons() {
        return sorted(LOCAL_REASONS);
    }

    /** Compiles that were answered, by the key of the tier. */
    public Map<String, Long> answered() {
        return sorted(ANSWERED);
    }

    /** Why the cache had no result, in a few words each. */
    public Map<String, Long> missReasons() {
        return sorted(MISS_REASONS);
    }

    /** {@code C}, {@code C++}, … */
    public Map<String, Long> hitsByLanguage() {
        return sorted(HITS_BY_LANGUAGE);
    }

    public Map<String, Long> missesByLanguage() {
        return sorted(MISSES_BY_LANGUAGE);
    }

    /**
     * How long one phase took.
     *
     * @param count how many compiles had it
     * @param medianNanos half of them were faster
     * @param tailNanos 95 of a hundred were faster
     */
    public record Times(long count, long medianNanos, long tailNanos) {}

    public Times times(Phase phase) {
        Histogram histogram = histogram(phase);
        return new Times(
                histogram.total(), histogram.percentileNanos(0.5), histogram.percentileNanos(0.95));
    }

    /**
     * How many compiles had {@code phase} for less than a time.
     *
     * @param nanos a power of two, of 2 to the 10th and more
     */
    public long countBelow(Phase phase, long nanos) {
        return histogram(phase).totalBelow(nanos);
    }

    /** How long {@code phase} took in all compiles together. */
    public long sumNanos(Phase phase) {
        return group(PHASE_NANOS).getOrDefault(phase.key(), 0L);
    }

    private Histogram histogram(Phase phase) {
        var histogram = new Histogram();
        group(group(phase)).forEach((bucket, count) -> histogram.add(number(bucket), count));
        return histogram;
    }

    private static int number(String bucket) {
        return bucket.matches("\\d{1,4}") ? Integer.parseInt(bucket) : -1;
    }
}
