package io.cachepot.client.stats;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * What happened in this coordinator since its start, or since somebody zeroed it. Names and meaning
 * are those that cachepot and sccache document.
 */
public final class Stats {
    /** What is counted without a label. */
    public enum Counter {
        COMPILE_REQUESTS,
        REQUESTS_EXECUTED,
        REQUESTS_UNSUPPORTED_COMPILER,
        REQUESTS_NOT_COMPILE,
        REQUESTS_NOT_CACHEABLE,
        CACHE_HITS,
        CACHE_MISSES,
        CACHE_ERRORS,
        CACHE_TIMEOUTS,
        CACHE_READ_ERRORS,
        CACHE_WRITE_ERRORS,
        CACHE_WRITES,
        NON_CACHEABLE_COMPILATIONS,
        FORCED_RECACHES,
        COMPILE_FAILS,
        DIST_ERRORS
    }

    /** What time is summed up for. */
    public enum Timer {
        WRITE,
        READ_HIT,
        READ_MISS
    }

    /** Longer labels are cut: an option can be as long as a command line. */
    private static final int LABEL_LENGTH_MAX = 200;

    private final Map<Counter, Long> counters = new EnumMap<>(Counter.class);
    private final Map<Timer, Long> nanos = new EnumMap<>(Timer.class);
    private final Map<Phase, Histogram> phases = new EnumMap<>(Phase.class);

    /** What the histograms hold, summed up; by the phase's key. */
    private final Map<String, Long> phaseNanos = new HashMap<>();

    /** By the names of {@link Tally}'s groups. */
    private final Map<String, Map<String, Long>> labels = new HashMap<>();

    public Stats() {
        for (Phase phase : Phase.values()) {
            phases.put(phase, new Histogram());
        }
    }

    public synchronized void count(Counter counter) {
        counters.merge(counter, 1L, Long::sum);
    }

    public synchronized void notCached(String reason) {
        add(Tally.NOT_CACHED, reason);
    }

    public synchronized void distCompile(String worker) {
        add(Tally.DIST_COMPILES, worker);
    }

    /** A compile that was to go to a worker and was done here. */
    public synchronized void distFailure(String reason) {
        counters.merge(Counter.DIST_ERRORS, 1L, Long::sum);
        add(Tally.LOCAL_REASONS, reason);
    }

    /** A compile that is done here by design, though there is a cluster. */
    public synchronized void stayedHere(String reason) {
        add(Tally.LOCAL_REASONS, reason);
    }

    /** A compile was answered, with what came from {@code tier}. */
    public synchronized void answered(String tier) {
        add(Tally.ANSWERED, tier);
    }

    /** Why one of those in {@link #miss} was one: a few words, the same for many compiles. */
    public synchronized void missReason(String reason) {
        add(Tally.MISS_REASONS, reason);
    }

    private void add(String group, String label) {
        String cut = label.length() > LABEL_LENGTH_MAX ? cut(label) : label;
        Map<String, Long> counts = labels.computeIfAbsent(group, _ -> new HashMap<>());
        counts.merge(Tally.bounded(counts, cut), 1L, Long::sum);
    }

    private static String cut(String label) {
        return label.substring(0, LABEL_LENGTH_MAX) + "...";
    }

    /** {@code language} as {@code -x} names it. */
    public synchronized void hit(String language, long elapsedNanos) {
        counters.merge(Counter.CACHE_HITS, 1L, Long::sum);
        nanos.merge(Timer.READ_HIT, elapsedNanos, Long::sum);
        add(Tally.HITS_BY_LANGUAGE, Languages.label(language));
    }

    /** {@code language} as {@code -x} names it. */
    public synchronized void miss(String language, long elapsedNanos) {
        counters.merge(Counter.CACHE_MISSES, 1L, Long::sum);
        nanos.merge(Timer.READ_MISS, elapsedNanos, Long::sum);
        add(Tally.MISSES_BY_LANGUAGE, Languages.label(language));
    }

    public synchronized void cacheWrite(long elapsedNanos) {
        counters.merge(Counter.CACHE_WRITES, 1L, Long::sum);
        nanos.merge(Timer.WRITE, elapsedNanos, Long::sum);
        add(Phase.STORE, histogram(Phase.STORE), elapsedNanos);
    }

    private void add(Phase phase, Histogram histogram, long elapsedNanos) {
        histogram.add(elapsedNanos);
        phaseNanos.merge(phase.key(), elapsedNanos, Long::sum);
    }

    /** The phases of one compile until its build went on. */
    public synchronized void phases(PhaseTimes times) {
        phases.forEach((phase, histogram) -> {
            if (times.nanos(phase) > 0) {
                add(phase, histogram, times.nanos(phase));
            }
        });
    }

    private Histogram histogram(Phase phase) {
        return phases.computeIfAbsent(phase, _ -> new Histogram());
    }

    public void cacheError() {
        count(Counter.CACHE_ERRORS);
    }

    public void cacheReadError() {
        count(Counter.CACHE_READ_ERRORS);
    }

    public void cacheWriteError() {
        count(Counter.CACHE_WRITE_ERRORS);
    }

    public synchronized void zero() {
        counters.clear();
        nanos.clear();
        labels.clear();
        phases.values().forEach(Histogram::clear);
        phaseNanos.clear();
    }

    /** All of it at one moment. */
    public synchronized Tally tally() {
        var groups = new HashMap<>(labels);
        groups.put(Tally.COUNTERS, byName(counters));
        groups.put(Tally.NANOS, byName(nanos));
        groups.put(Tally.PHASE_NANOS, Map.copyOf(phaseNanos));
        phases.forEach((phase, histogram) -> groups.put(Tally.group(phase), buckets(histogram)));
        groups.values().removeIf(Map::isEmpty);
        return new Tally(groups);
    }

    private static Map<String, Long> byName(Map<? extends Enum<?>, Long> counts) {
        var byName = new HashMap<String, Long>();
        counts.forEach((key, count) -> byName.put(key.name(), count));
        return byName;
    }

    private static Map<String, Long> buckets(Histogram histogram) {
        var buckets = new HashMap<String, Long>();
        for (int bucket = 0; bucket < Histogram.BUCKETS; bucket++) {
            if (histogram.count(bucket) > 0) {
                buckets.put(Integer.toString(bucket), histogram.count(bucket));
            }
        }
        return buckets;
    }
}
