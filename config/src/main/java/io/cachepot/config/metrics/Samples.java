package io.cachepot.config.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Metrics of one moment, made of what others counted. */
public final class Samples {
    private Samples() {}

    /** A value as a label. */
    public static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** 1 for {@code current}, 0 for the others of {@code all}. */
    public static <E extends Enum<E>> Map<String, Double> oneOf(E[] all, E current) {
        var values = new TreeMap<String, Double>();
        for (E each : all) {
            values.put(name(each), each == current ? 1.0 : 0.0);
        }
        return values;
    }

    public static MetricSnapshot gauge(String name, String help, long value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value((double) value).build())
                .build();
    }

    public static MetricSnapshot gauges(
            String name, String help, String label, Map<String, Double> values) {
        var gauge = GaugeSnapshot.builder().name(name).help(help);
        values.forEach((key, value) ->
                gauge.dataPoint(
                        GaugeDataPointSnapshot.builder()
                                .labels(Labels.of(label, key))
                                .value(value)
                                .build()));
        return gauge.build();
    }

    /**
     * @param name without {@code _total}
     */
    public static MetricSnapshot counter(String name, String help, double value) {
        return CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(CounterDataPointSnapshot.builder().value(value).build())
                .build();
    }

    /**
     * @param name without {@code _total}
     */
    public static MetricSnapshot counters(
            String name, String help, String label, Map<String, Double> values) {
        var counter = CounterSnapshot.builder().name(name).help(help);
        values.forEach((key, value) ->
                counter.dataPoint(
                        CounterDataPointSnapshot.builder()
                                .labels(Labels.of(label, key))
                                .value(value)
                                .build()));
        return counter.build();
    }
}
