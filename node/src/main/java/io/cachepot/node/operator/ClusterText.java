package io.cachepot.node.operator;

import io.cachepot.node.operator.Table.Column;
import io.cachepot.protocol.BuildDetails;
import io.cachepot.protocol.JobDetails;
import io.cachepot.protocol.JobEnd;
import io.cachepot.protocol.SchedulerStatus;
import io.cachepot.protocol.SchedulerStatus.MemberView;
import io.cachepot.protocol.SchedulerStatus.WorkerView;
import io.cachepot.protocol.SeenBuild;
import io.cachepot.protocol.ToolchainDetails;
import io.cachepot.protocol.WorkerDetails;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A cluster as text for a terminal of 80 columns, without colour. */
public final class ClusterText {
    private static final int NAME_CHARS = 16;

    /** A client that builds tells of it more often than this. */
    private static final long SILENT_MILLIS = 90_000;

    private static final int ID_CHARS = 12;

    private ClusterText() {}

    /** How it is on the whole. */
    public static String status(SchedulerStatus status) {
        var text = new StringBuilder();
        line(
                text,
                "Grid",
                status.grid().name()
                        + ", "
                        + status.grid().state().replace('_', ' ')
                        + " for "
                        + Words.time(status.grid().sinceMillis())
                        + ", term "
                        + status.grid().term());
        Map<String, Long> roles =
                status.members().stream()
                        .collect(Collectors.groupingBy(MemberView::role, Collectors.counting()));
        line(
                text,
                "Members",
                Words.count(roles.getOrDefault("scheduler", 0L).intValue(), "scheduler")
                        + ", "
                        + Words.count(roles.getOrDefault("worker", 0L).intValue(), "worker"));
        lines(text, "Schedulers", status.schedulers());
        long draining = count(status, WorkerReport.State.DRAINING);
        long gone = count(status, WorkerReport.State.GONE);
        line(
                text,
                "Workers",
                status.numWorkers()
                        + " take jobs"
                        + (draining == 0 ? "" : ", " + draining + " draining")
                        + (gone == 0 ? "" : ", " + gone + " gone"));
        line(text, "Permits", status.inProgress() + " of " + status.numCpus() + " taken");
        line(
                text,
                "Waiting",
                Words.count(status.waiting(), "request")
                        + (status.waiting() == 0
                                ? ""
                                : ", for " + Words.time(status.oldestWaitMillis())));
        lines(text, "Warnings", status.warnings());
        return text.toString();
    }

    private static long count(SchedulerStatus status, WorkerReport.State state) {
        return status.workers().stream().map(WorkerView::state).filter(state::equals).count();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "%-12s%s%n", name, value));
    }

    private static void lines(StringBuilder text, String name, List<String> values) {
        String heading = name;
        for (String value : values) {
            line(text, heading, value);
            heading = "";
        }
    }

    /** One line each. */
    public static String workers(List<WorkerDetails> workers) {
        var table =
                new Table(
                        Column.text("WORKER"),
                        Column.text("STATE"),
                        Column.number("JOBS"),
                        Column.number("CPUS"),
                        Column.number("MEMORY"),
                        Column.number("PACE"),
                        Column.number("HEARD"),
                        Column.number("TOOLCHAINS"));
        for (WorkerDetails worker : workers) {
            table.row(
                    worker.id(),
                    lower(worker.state()),
                    worker.jobs().size() + "/" + worker.jobsMax(),
                    worker.cpus(),
                    Words.bytesIfKnown(worker.memoryBytes()),
                    String.format(Locale.ROOT, "%.2f", 1 / worker.slowness()),
                    Words.time(Math.max(0, worker.heardMillis())),
                    worker.toolchains().size());
        }
        return table.text();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** One line each, those under way first. */
    public static String jobs(List<JobDetails> jobs, long nowMillis) {
        var table =
                new Table(
                        Column.text("JOB"),
                        Column.text("STATE"),
                        Column.text("WORKER"),
                        Column.text("CLIENT"),
                        Column.number("FORECAST"),
                        Column.number("TOOK"),
                        Column.number("ENDED"));
        for (JobDetails job : jobs) {
            table.row(
                    job.job().hex().substring(0, ID_CHARS),
                    state(job),
                    job.worker(),
                    job.client().isEmpty() ? "-" : job.client(),
                    Words.timeIfKnown(job.forecastMillis()),
                    Words.timeIfKnown(job.wallMillis()),
                    job.endedAtMillis() == 0
                            ? "-"
                            : Words.time(Math.max(0, nowMillis - job.endedAtMillis())) + " ago");
        }
        return table.text();
    }

    /** {@code started}, {@code exit 1}, {@code not run}. */
    private static String state(JobDetails job) {
        if (job.end().equals(JobEnd.UNKNOWN)) {
            return lower(job.state());
        }
        return job.end().exitCode() < 0 ? "not run" : "exit " + job.end().exitCode();
    }

    /** One line each, the one that was told of last first. */
    public static String builds(List<SeenBuild> builds) {
        var table =
                new Table(
                        Column.text("CLIENT"),
                        Column.text("BUILD"),
                        Column.number("ALL"),
                        Column.number("HITS"),
                        Column.number("REMOTE"),
                        Column.number("HOME"),
                        Column.number("TOOK"),
                        Column.text("STATE"));
        for (SeenBuild seen : builds) {
            BuildDetails build = seen.build();
            BuildDetails.Counts counts = build.counts();
            long compiles = counts.all() - counts.passedThrough();
            table.row(
                    build.client().isEmpty() ? "-" : Words.cut(build.client(), NAME_CHARS),
                    Words.cut(name(build), NAME_CHARS),
                    compiles,
                    Words.percent(counts.hits() + counts.clusterHits(), compiles),
                    counts.remote(),
                    counts.here() + counts.notCacheable(),
                    Words.time(build.tookMillis()),
                    state(seen));
        }
        return table.text();
    }

    private static String name(BuildDetails build) {
        String command = build.command().isEmpty() ? "?" : build.command();
        return build.directory().isEmpty() ? command : build.directory() + " " + command;
    }

    private static String state(SeenBuild seen) {
        if (seen.build().isOver()) {
            return "over";
        }
        return seen.heardMillis() > SILENT_MILLIS ? "silent" : "running";
    }

    /**
     * What there is to watch: the whole in some lines, the workers, and the jobs under way.
     *
     * @param jobs those that ended may be among them
     */
    public static String top(
            SchedulerStatus status,
            List<WorkerDetails> workers,
            List<JobDetails> jobs,
            long nowMillis) {
        List<JobDetails> live = jobs.stream().filter(job -> job.endedAtMillis() == 0).toList();
        return status(status) + "\n" + workers(workers) + "\n" + jobs(live, nowMillis);
    }

    /** One line each; the workers that hold it on lines of their own. */
    public static String toolchains(List<ToolchainDetails> toolchains) {
        var table = new Table(Column.text("TOOLCHAIN"), Column.text("HELD BY"));
        for (ToolchainDetails toolchain : toolchains) {
            String id = toolchain.toolchain().hex().substring(0, 2 * ID_CHARS);
            for (WorkerId worker : toolchain.workers()) {
                table.row(id, worker);
                id = "";
            }
        }
        return table.text();
    }
}
