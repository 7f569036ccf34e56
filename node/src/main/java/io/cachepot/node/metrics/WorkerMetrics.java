package io.cachepot.node.metrics;

import static io.cachepot.config.metrics.Samples.counter;
import static io.cachepot.config.metrics.Samples.counters;
import static io.cachepot.config.metrics.Samples.gauge;
import static io.cachepot.config.metrics.Samples.gauges;
import static io.cachepot.config.metrics.Samples.name;
import static io.cachepot.config.metrics.Samples.oneOf;

import io.cachepot.node.cache.BlobStore;
import io.cachepot.node.cache.ResultStore;
import io.cachepot.node.toolchain.ToolchainStore;
import io.cachepot.node.worker.JobStatistics;
import io.cachepot.node.worker.WorkerStatus;
import io.cachepot.protocol.CacheDetails;
import io.cachepot.protocol.WorkerReport;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** A worker in numbers. */
public final class WorkerMetrics implements Supplier<List<MetricSnapshot>> {
    private static final String KIND = "kind";
    private static final double MICROS_PER_SECOND = 1e6;

    private final WorkerStatus status;
    private final JobStatistics jobs;
    private final ToolchainStore toolchains;
    private final BlobStore blobs;
    private final ResultStore results;
    private final int gaps;

    /**
     * @param gaps how many protections this machine's sandbox lacks
     */
    public WorkerMetrics(
            WorkerStatus status,
            JobStatistics jobs,
            ToolchainStore toolchains,
            BlobStore blobs,
            ResultStore results,
            int gaps) {
        this.status = status;
        this.jobs = jobs;
        this.toolchains = toolchains;
        this.blobs = blobs;
        this.results = results;
        this.gaps = gaps;
    }

    @Override
    public List<MetricSnapshot> get() {
        var all = new ArrayList<MetricSnapshot>();
        all.add(
                gauges(
                        "cachepot_worker_state",
                        "1 for the state that the worker is in, 0 for the others.",
                        "state",
                        oneOf(WorkerReport.State.values(), status.state())));
        all.add(
                gauge(
                        "cachepot_worker_permits",
                        "Jobs that the worker may run at once.",
                        status.jobsMax()));
        all.add(
                gauge(
                        "cachepot_worker_jobs_running",
                        "Jobs that hold a permit.",
                        status.running().size()));
        all.add(
                gauge(
                        "cachepot_worker_sandbox_gaps",
                        "Protections that this machine's sandbox lacks; the log names them.",
                        gaps));
        addJobs(all, jobs.counts());
        addCaches(all);
        return all;
    }

    private static void addJobs(List<MetricSnapshot> all, JobStatistics.Counts counts) {
        all.add(
                counters(
                        "cachepot_worker_jobs",
                        "Jobs whose compiler ran, and those whose client went away, by outcome.",
                        "outcome",
                        Map.of(
                                "succeeded", (double) counts.succeeded(),
                                "failed", (double) counts.failed(),
                                "cancelled", (double) counts.cancelled())));
        var notRun = new TreeMap<String, Double>();
        counts.notRun().forEach((reason, count) -> notRun.put(name(reason), count.doubleValue()));
        all.add(
                counters(
                        "cachepot_worker_jobs_not_run",
                        "Jobs that were refused or came to nothing, by reason.",
                        "reason",
                        notRun));
        all.add(
                counter(
                        "cachepot_worker_requests_incomplete",
                        "Requests for a job that lacked a toolchain or inputs.",
                        (double) counts.incomplete()));
        all.add(
                counter(
                        "cachepot_worker_compiler_seconds",
                        "How long all compilers together ran.",
                        counts.wallMicros() / MICROS_PER_SECOND));
    }

    private void addCaches(List<MetricSnapshot> all) {
        all.add(
                gauge(
                        "cachepot_worker_toolchains",
                        "Toolchains that are ready for jobs.",
                        toolchains.ready().size()));
        var caches = List.of(toolchains.details(), blobs.details(), results.details());
        all.add(
                gauges(
                        "cachepot_worker_cache_bytes",
                        "What is kept on the worker's disk, by kind.",
                        KIND,
                        byKind(caches, CacheDetails::bytes)));
        all.add(
                gauges(
                        "cachepot_worker_cache_limit_bytes",
                        "What may be kept on the worker's disk, by kind.",
                        KIND,
                        byKind(caches, CacheDetails::bytesMax)));
        all.add(
                counters(
                        "cachepot_worker_cache_hits",
                        "Times that something was there, by kind.",
                        KIND,
                        byKind(caches, CacheDetails::hits)));
        all.add(
                counters(
                        "cachepot_worker_cache_misses",
                        "Times that something was not there, by kind.",
                        KIND,
                        byKind(caches, CacheDetails::misses)));
        all.add(
                counters(
                        "cachepot_worker_cache_evictions",
                        "Pieces that were given up to make room, by kind.",
                        KIND,
                        byKind(caches, CacheDetails::evicted)));
    }

    private static Map<String, Double> byKind(
            List<CacheDetails> caches, ToLongFunction<CacheDetails> value) {
        var values = new TreeMap<String, Double>();
        caches.forEach(each -> values.put(each.kind(), (double) value.applyAsLong(each)));
        return values;
    }
}
