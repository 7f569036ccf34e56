package io.cachepot.client.metrics;

import static io.cachepot.config.metrics.Samples.counter;
import static io.cachepot.config.metrics.Samples.counters;
import static io.cachepot.config.metrics.Samples.gauge;

import io.cachepot.client.explain.Tier;
import io.cachepot.client.stats.Phase;
import io.cachepot.client.stats.Stats;
import io.cachepot.client.stats.Stats.Counter;
import io.cachepot.client.stats.Tally;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A coordinator since its start. */
public final class CoordinatorMetrics implements Supplier<List<MetricSnapshot>> {
    private static final double NANOS_PER_SECOND = 1e9;

    /** Bounds of buckets: powers of four of nanoseconds, from 65 µs to 69 s. */
    private static final int SHIFT_MIN = 16;

    private static final int SHIFT_MAX = 36;
    private static final int SHIFT_STEP = 2;

    private final Stats stats;
    private final IntSupplier running;
    private final LongSupplier cacheBytes;
    private final long cacheBytesMax;

    /**
     * @param running how many wrappers are being served
     * @param cacheBytes what the cache takes on the disk
     * @param cacheBytesMax what it may take
     */
    public CoordinatorMetrics(
            Stats stats, IntSupplier running, LongSupplier cacheBytes, long cacheBytesMax) {
        this.stats = stats;
        this.running = running;
        this.cacheBytes = cacheBytes;
        this.cacheBytesMax = cacheBytesMax;
    }

    @Override
    public List<MetricSnapshot> get() {
        Tally tally = stats.tally();
        return List.of(
                counters(
                        "cachepot_coordinator_compiles",
                        "Compiles that were answered, by where the answer came from.",
                        "outcome",
                        outcomes(tally)),
                counters(
                        "cachepot_coordinator_misses",
                        "Compiles of which the cache had no result, by reason.",
                        "reason",
                        doubles(tally.missReasons())),
                counter(
                        "cachepot_coordinator_compile_failures",
                        "Compiles that failed by the compiler's own word.",
                        (double) tally.count(Counter.COMPILE_FAILS)),
                counter(
                        "cachepot_coordinator_remote_failures",
                        "Compiles that were to go to a worker and were done here.",
                        (double) tally.count(Counter.DIST_ERRORS)),
                counter(
                        "cachepot_coordinator_cache_writes",
                        "Results that went into the cache.",
                        (double) tally.count(Counter.CACHE_WRITES)),
                counters(
                        "cachepot_coordinator_cache_errors",
                        "Times that the cache's disk refused, by what was to be done.",
                        "operation",
                        Map.of(
                                "read", (double) tally.count(Counter.CACHE_READ_ERRORS),
                                "write", (double) tally.count(Counter.CACHE_WRITE_ERRORS),
                                "deliver", (double) tally.count(Counter.CACHE_ERRORS))),
                phases(tally),
                gauge(
                        "cachepot_coordinator_requests_running",
                        "Wrappers that are being served.",
                        running.getAsInt()),
                gauge(
                        "cachepot_coordinator_cache_bytes",
                        "What the cache takes on the disk.",
                        cacheBytes.getAsLong()),
                gauge(
                        "cachepot_coordinator_cache_limit_bytes",
                        "What the cache may take on the disk.",
                        cacheBytesMax));
    }

    /** Those that did not happen too, so that a rate of them is 0 and not nothing. */
    private static Map<String, Double> outcomes(Tally tally) {
        var outcomes = new TreeMap<String, Double>();
        for (Tier tier : Tier.values()) {
            outcomes.put(tier.key(), (double) tally.answered().getOrDefault(tier.key(), 0L));
        }
        return outcomes;
    }

    private static Map<String, Double> doubles(Map<String, Long> counts) {
        var doubles = new TreeMap<String, Double>();
        counts.forEach((label, count) -> doubles.put(label, (double) count));
        return doubles;
    }

    private static MetricSnapshot phases(Tally tally) {
        var phases =
                HistogramSnapshot.builder()
                        .name("cachepot_coordinator_phase_seconds")
                        .help("How long each phase of a compile took.");
        for (Phase phase : Phase.values()) {
            phases.dataPoint(
                    HistogramDataPointSnapshot.builder()
                            .labels(Labels.of("phase", phase.key()))
                            .classicHistogramBuckets(buckets(tally, phase))
                            .sum(tally.sumNanos(phase) / NANOS_PER_SECOND)
                            .build());
        }
        return phases.build();
    }

    private static ClassicHistogramBuckets buckets(Tally tally, Phase phase) {
        var buckets = ClassicHistogramBuckets.builder();
        long below = 0;
        for (int shift = SHIFT_MIN; shift <= SHIFT_MAX; shift += SHIFT_STEP) {
            long bound = 1L << shift;
            long count = tally.countBelow(phase, bound);
            buckets.bucket(bound / NANOS_PER_SECOND, count - below);
            below = count;
        }
        buckets.bucket(Double.POSITIVE_INFINITY, tally.times(phase).count() - below);
        return buckets.build();
    }
}
