package io.cachepot.node.metrics;

import static io.cachepot.config.metrics.Samples.counter;
import static io.cachepot.config.metrics.Samples.counters;
import static io.cachepot.config.metrics.Samples.gauge;
import static io.cachepot.config.metrics.Samples.gauges;
import static io.cachepot.config.metrics.Samples.name;

import io.cachepot.node.scheduler.GridFigures;
import io.cachepot.node.scheduler.GridHealth;
import io.cachepot.node.scheduler.SchedulerCounts.Counts;
import io.cachepot.node.scheduler.SchedulerService;
import io.cachepot.protocol.BuildDetails;
import io.cachepot.protocol.ReturnedGrant;
import io.cachepot.protocol.SchedulerStatus;
import io.cachepot.protocol.WorkerReport;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** A scheduler in numbers. */
public final class SchedulerMetrics implements Supplier<List<MetricSnapshot>> {
    private static final double NANOS_PER_SECOND = 1e9;

    private final SchedulerService service;

    public SchedulerMetrics(SchedulerService service) {
        this.service = service;
    }

    /** All of them, of this moment: taken permits are never more than there are. */
    @Override
    public List<MetricSnapshot> get() {
        var all = new ArrayList<MetricSnapshot>();
        SchedulerStatus status = service.status().status();
        addWorkers(all, status);
        addCounts(all, service.counts());
        addCompiles(all, service.compiles());
        addGrid(all, status, service.grid());
        return all;
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

    private static void addCompiles(List<MetricSnapshot> all, BuildDetails.Counts compiles) {
        all.add(
                counters(
                        "cachepot_scheduler_compiles",
                        "Compiles that clients told of, by where the answer came from; both schedulers hear"
                                + " of each.",
                        "outcome",
                        Map.of(
                                "hit", (double) compiles.hits(),
                                "cluster", (double) compiles.clusterHits(),
                                "remote", (double) compiles.remote(),
                                "here", (double) compiles.here(),
                                "not_cacheable", (double) compiles.notCacheable(),
                                "passed_through", (double) compiles.passedThrough())));
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
        var returned = new TreeMap<String, Double>();
        for (ReturnedGrant.Reason reason : ReturnedGrant.Reason.values()) {
            returned.put(name(reason), counts.returned().getOrDefault(reason, 0L).doubleValue());
        }
        all.add(
                counters(
                        "cachepot_scheduler_grants_returned",
                        "Grants that came back from clients, by reason.",
                        "reason",
                        returned));
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
}
