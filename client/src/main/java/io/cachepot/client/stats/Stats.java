package io.cachepot.client.stats;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What happened since the start, or since somebody zeroed it. Names and meaning are those that
 * cachepot and sccache document.
 */
public final class Stats {
    public static final String LANGUAGE = "C/C++";

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

    /** Bounds the maps, whose labels come from command lines and workers. */
    private static final int LABELS_MAX = 1_000;

    private final Map<Counter, Long> counters = new EnumMap<>(Counter.class);
    private final Map<Timer, Long> nanos = new EnumMap<>(Timer.class);
    private final Map<String, Long> notCached = new HashMap<>();
    private final Map<String, Long> distCompiles = new HashMap<>();
    private final Map<String, Long> localReasons = new HashMap<>();

    public synchronized void count(Counter counter) {
        counters.merge(counter, 1L, Long::sum);
    }

    public synchronized void notCached(String reason) {
        add(notCached, reason);
    }

    public synchronized void distCompile(String worker) {
        add(distCompiles, worker);
    }

    /** A compile that was to go to a worker and was done here. */
    public synchronized void distFailure(String reason) {
        counters.merge(Counter.DIST_ERRORS, 1L, Long::sum);
        add(localReasons, reason);
    }

    private static void add(Map<String, Long> map, String label) {
        String key = map.size() < LABELS_MAX || map.containsKey(label) ? label : "other";
        map.merge(key, 1L, Long::sum);
    }

    public synchronized void hit(long elapsedNanos) {
        counters.merge(Counter.CACHE_HITS, 1L, Long::sum);
        nanos.merge(Timer.READ_HIT, elapsedNanos, Long::sum);
    }

    public synchronized void miss(long elapsedNanos) {
        counters.merge(Counter.CACHE_MISSES, 1L, Long::sum);
        nanos.merge(Timer.READ_MISS, elapsedNanos, Long::sum);
    }

    public synchronized void cacheWrite(long elapsedNanos) {
        counters.merge(Counter.CACHE_WRITES, 1L, Long::sum);
        nanos.merge(Timer.WRITE, elapsedNanos, Long::sum);
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
        notCached.clear();
        distCompiles.clear();
        localReasons.clear();
    }

    /** All of it at one moment. */
    public synchronized View view() {
        return new View(
                copy(Counter.class, counters),
                copy(Timer.class, nanos),
                new TreeMap<>(notCached),
                new TreeMap<>(distCompiles),
                new TreeMap<>(localReasons));
    }

    /** The copy constructor of EnumMap refuses an empty map of another kind. */
    private static <E extends Enum<E>> Map<E, Long> copy(Class<E> type, Map<E, Long> map) {
        var copy = new EnumMap<E, Long>(type);
        copy.putAll(map);
        return copy;
    }

    /** A copy. */
    public static final class View {
        private final Map<Counter, Long> counters;
        private final Map<Timer, Long> nanos;
        private final Map<String, Long> notCached;
        private final Map<String, Long> distCompiles;
        private final Map<String, Long> localReasons;

        private View(
                Map<Counter, Long> counters,
                Map<Timer, Long> nanos,
                Map<String, Long> notCached,
                Map<String, Long> distCompiles,
                Map<String, Long> localReasons) {
            this.counters = counters;
            this.nanos = nanos;
            this.notCached = notCached;
            this.distCompiles = distCompiles;
            this.localReasons = localReasons;
        }

        public long count(Counter counter) {
            return counters.getOrDefault(counter, 0L);
        }

        public long nanos(Timer timer) {
            return nanos.getOrDefault(timer, 0L);
        }

        /** By reason. */
        public Map<String, Long> notCached() {
            return notCached;
        }

        /** By worker. */
        public Map<String, Long> distCompiles() {
            return distCompiles;
        }

        /** By reason. */
        public Map<String, Long> localReasons() {
            return localReasons;
        }
    }
}
