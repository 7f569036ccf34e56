package io.cachepot.config.metrics;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/**
 * A process in numbers, and its JVM's, in Prometheus' text format 0.0.4. Names and units follow its
 * conventions; docs/METRICS.md lists all of them.
 */
public final class MetricsText {
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

    /**
     * @param own gives all of its metrics, of one moment, so that they agree with each other
     */
    public MetricsText(Supplier<List<MetricSnapshot>> own) {
        registry.register(() -> new MetricSnapshots(own.get()));
        JvmMetrics.builder().register(registry);
    }

    /** All of it now. */
    public String now() {
        var out = new ByteArrayOutputStream();
        try {
            writer.write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("an array took no bytes", e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
