package io.cachepot.node.metrics;

import io.cachepot.node.scheduler.GridFigures;
import io.cachepot.node.scheduler.GridHealth;
import io.cachepot.node.scheduler.SchedulerCounts.Counts;
import io.cachepot.node.scheduler.SchedulerService;
import io.cachepot.protocol.ReturnedGrant;
import io.cachepot.protocol.SchedulerStatus;
import io.cachepot.protocol.WorkerReport;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A scheduler in numbers, in Prometheus' text format 0.0.4. Names and units follow its conventions;
 * docs/METRICS.md lists all of them.
 */
public final class SchedulerMetrics {
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final double NANOS_PER_SECOND = 1e9;

    private final SchedulerService service;
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

    public SchedulerMetrics(SchedulerService service) {
        this.service = service;
        // Of one moment, so that taken permits are never more than there are.
        registry.register(this::collect);
        JvmMetrics.builder().register(registry);
    }

    /** All of it now. */
    public String text() {
        var out = new ByteArrayOutputStream();
        try {
            writer.write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("an array took no bytes", e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private MetricSnapshots collect() {
        var all = new ArrayList<MetricSnapshot>();
        SchedulerStatus status = service.status().status();
        addWorkers(all, status);
        addCounts(all, service.counts());
        addGrid(all, status, service.grid());
        return new MetricSnapshots(all);
    }

    private static void addWorkers(List<MetricSnapshot> all, SchedulerStatus status) {
        var states = new TreeMap<String, Double>();
        for (WorkerReport.State state : WorkerReport.State.values()) {
            long workers = status.workers().stream().filter(each -> each.state() == state).count();
            states.put(name(state), (double) workers);
        }
        all.add(
                gauges(
                        "cachepot_scheduler_workers",
                        "Workers that were ever heard of, by state.",
                        "state",
                        states));
        all.add(
                gauge(
                        "cachepot_scheduler_permits",
                        "Jobs that the workers that are there may run at once.",
                        status.numCpus()));
        all.add(
                gauge(
                        "cachepot_scheduler_permits_taken",
                        "Those of them that run a job or are promised to one.",
                        status.inProgress()));
        all.add(
                gauge(
                        "cachepot_scheduler_requests_waiting",
                        "Requests for grants that are in line.",
                        status.waiting()));
        all.add(
                gauge(
                        "cachepot_scheduler_warnings",
                        "What somebody should look at; the status says what it is.",
                        status.warnings().size()));
    }

    private static void addCounts(List<MetricSnapshot> all, Counts counts) {
        all.add(
                counter(
                        "cachepot_scheduler_grants",
                        "Permits that clients were given.",
                        (double) counts.granted()));
        all.add(
                counter(
                        "cachepot_scheduler_requests_refused",
                        "Requests for grants that got none in their time.",
                        (double) counts.refused()));
        all.add(
                counter(
                        "cachepot_scheduler_requests_failed",
                        "Requests for grants that the grid did not answer.",
                        (double) counts.failed()));
        all.add(
                counter(
                        "cachepot_scheduler_wait_seconds",
                        "How long all requests together took to be answered.",
                        counts.waitNanos() / NANOS_PER_SECOND));
        all.add(
                counter(
                        "cachepot_scheduler_jobs_ended",
                        "Jobs of which a worker said that they ended.",
                        (double) counts.ended()));
        var returned = CounterSnapshot.builder();
        returned.name("cachepot_scheduler_grants_returned")
                .help("Grants that came back from clients, by reason.");
        for (ReturnedGrant.Reason reason : ReturnedGrant.Reason.values()) {
            returned.dataPoint(
                    CounterDataPointSnapshot.builder()
                            .labels(Labels.of("reason", name(reason)))
                            .value((double) counts.returned().getOrDefault(reason, 0L))
                            .build());
        }
        all.add(returned.build());
    }

    private static void addGrid(
            List<MetricSnapshot> all, SchedulerStatus status, GridFigures figures) {
        Map<String, Double> members = new TreeMap<>(Map.of("scheduler", 0.0, "worker", 0.0));
        status.members().forEach(member -> members.merge(member.role(), 1.0, Double::sum));
        all.add(gauges("cachepot_grid_members", "Members of the grid.", "role", members));
        all.add(
                gauge(
                        "cachepot_grid_leads",
                        "Whether this scheduler leads the grid.",
                        status.members().stream()
                                        .anyMatch(each -> each.isLocal() && each.isMaster())
                                ? 1
                                : 0));
        var states = new TreeMap<String, Double>();
        for (GridHealth.State state : GridHealth.State.values()) {
            states.put(name(state), status.grid().state().equals(name(state)) ? 1.0 : 0.0);
        }
        all.add(
                gauges(
                        "cachepot_grid_state",
                        "1 for the state that the grid is in, 0 for the others.",
                        "state",
                        states));
        all.add(
                gauge(
                        "cachepot_grid_term",
                        "Grows whenever what was believed of the grid may be wrong.",
                        status.grid().term()));
        figures.certificateExpiry()
                .map(Instant::getEpochSecond)
                .ifPresent(expiry ->
                        all.add(
                                gauge(
                                        "cachepot_grid_certificate_expiry_timestamp_seconds",
                                        "When the member's certificate expires.",
                                        expiry)));
        all.add(
                ofMaps(
                        figures,
                        "cachepot_grid_map_entries",
                        "Entries that this member answers for.",
                        GridFigures.MapFigures::entries));
        all.add(
                ofMaps(
                        figures,
                        "cachepot_grid_map_backup_entries",
                        "Copies of entries that another member answers for.",
                        GridFigures.MapFigures::backups));
        all.add(
                ofMaps(
                        figures,
                        "cachepot_grid_map_bytes",
                        "What entries and copies take; 0 for a map that holds objects.",
                        GridFigures.MapFigures::bytes));
        all.add(
                ofMaps(
                        figures,
                        "cachepot_grid_map_member_operations",
                        "Operations on it since the member's start.",
                        GridFigures.MapFigures::operations));
    }

    private static MetricSnapshot ofMaps(
            GridFigures figures,
            String name,
            String help,
            Function<GridFigures.MapFigures, Long> value) {
        var values = new TreeMap<String, Double>();
        figures.maps().forEach(map -> values.put(map.name(), value.apply(map).doubleValue()));
        return gauges(name, help, "map", values);
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static MetricSnapshot gauge(String name, String help, long value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value((double) value).build())
                .build();
    }

    private static MetricSnapshot gauges(
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

    private static MetricSnapshot counter(String name, String help, double value) {
        return CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(CounterDataPointSnapshot.builder().value(value).build())
                .build();
    }
}
