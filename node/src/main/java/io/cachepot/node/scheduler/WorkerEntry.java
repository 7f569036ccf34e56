package io.cachepot.node.scheduler;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.EndedJob;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster knows of one worker. The worker is the authority on what it runs; a lease is a
 * scheduler's promise to a client that the worker has not confirmed yet.
 *
 * <pre>
 * reserve: + lease        report: what runs replaces leases, what ended frees them
 * release: - lease        gone:   nothing runs, nothing is leased, until it reports again
 * </pre>
 *
 * @param version grows with each change of an entry, and from one that was lost to the one that
 *     took its place, so that a view tells newer from older
 * @param incarnation of the worker's last known start
 * @param sequence of its last report
 * @param certificate SHA-256 of its certificate in DER
 * @param tokenKey what job tokens for it are made with
 * @param running jobs that the worker said it runs
 * @param leases jobs granted to clients and not heard of yet
 * @param memoryBytes what its jobs may use together; 0 when that is not known
 * @param slowness how long its jobs took against what their clients expected: 1 as long, 2 twice as
 *     long; an average in which the last ones count most
 * @param isDrained whether an operator wants no more jobs there; outlives starts of the worker
 */
public record WorkerEntry(
        WorkerId id,
        long version,
        long incarnation,
        long sequence,
        String url,
        Digest certificate,
        String tokenKey,
        int jobsMax,
        WorkerReport.State state,
        Map<JobId, Lease> running,
        Map<JobId, Lease> leases,
        Set<ToolchainId> toolchains,
        int cpus,
        long memoryBytes,
        double slowness,
        String softwareVersion,
        boolean isDrained) {
    /** How much the last job's pace counts in {@code slowness}. */
    private static final double SLOWNESS_GAIN = 0.1;

    /** One job may be off by any factor; that of a worker is believed within these. */
    private static final double SLOWNESS_MAX = 8;

    private static final Comparator<WorkerEntry> LATEST =
            Comparator.comparingLong(WorkerEntry::incarnation)
                    .thenComparingLong(WorkerEntry::sequence)
                    .thenComparingLong(WorkerEntry::version);

    public WorkerEntry {
        running = Map.copyOf(running);
        leases = Map.copyOf(leases);
        toolchains = Set.copyOf(toolchains);
    }

    /**
     * The version of an entry that is made at that time: beyond that of any made earlier, since
     * nothing changes a million times a second.
     */
    public static long firstVersion(long epochMillis) {
        return epochMillis * 1_000;
    }

    /** A worker that was heard of for the first time, or that started anew. */
    public static WorkerEntry of(
            WorkerId id, long version, WorkerReport report, Digest certificate) {
        return new WorkerEntry(
                id,
                version,
                report.incarnation(),
                report.sequence(),
                report.url(),
                certificate,
                report.tokenKey(),
                report.jobsMax(),
                report.state(),
                report.running().stream()
                        .distinct()
                        .collect(Collectors.toMap(job -> job, _ -> Lease.UNKNOWN)),
                Map.of(),
                Set.copyOf(report.toolchains()),
                report.cpus(),
                report.memoryBytes(),
                1,
                report.version(),
                false);
    }

    /** Permits in use, or promised. */
    public int taken() {
        return running.size() + leases.size();
    }

    /** Whether it may be given jobs, as far as it and operators say. */
    public boolean takesJobs() {
        return state == WorkerReport.State.UP && !isDrained;
    }

    /** Permits that may be granted; none unless it takes jobs. */
    public int free() {
        return takesJobs() ? Math.max(0, jobsMax - taken()) : 0;
    }

    /** Memory that no job is expected to use; 0 when it is not known how much there is. */
    public long memoryFree() {
        long used =
                Stream.concat(running.values().stream(), leases.values().stream())
                        .mapToLong(lease -> lease.forecast().memoryBytes())
                        .sum();
        return Math.max(0, memoryBytes - used);
    }

    /** For whom a permit is held for {@code job}; null if none is. */
    public @Nullable Lease lease(JobId job) {
        Lease lease = leases.get(job);
        return lease == null ? running.get(job) : lease;
    }

    /**
     * Leases permits, as many of the first of {@code wanted} as are free.
     *
     * @return this, if that is none of them
     */
    public WorkerEntry reserve(SequencedMap<JobId, Lease> wanted) {
        var more = new HashMap<>(leases);
        int left = free();
        for (Map.Entry<JobId, Lease> each : wanted.entrySet()) {
            if (left > 0 && !running.containsKey(each.getKey())) {
                left -= more.put(each.getKey(), each.getValue()) == null ? 1 : 0;
            }
        }
        return withOpenLeases(more);
    }

    /** Takes the worker's word; a report that is not newer changes nothing. */
    public WorkerEntry report(WorkerReport report, Digest certificate) {
        return report(of(id, version, report, certificate), report.ended());
    }

    /**
     * Takes the worker's word.
     *
     * @param told the entry of one of which nothing but this report is known
     */
    public WorkerEntry report(WorkerEntry told, List<EndedJob> ended) {
        boolean isNews =
                told.incarnation > incarnation
                        || (told.incarnation == incarnation && told.sequence > sequence);
        if (!isNews) {
            return this;
        }
        if (told.incarnation != incarnation) {
            return told.with(
                    version + 1, told.state, told.running, Map.of(), told.slowness, isDrained);
        }
        var open = new HashMap<>(leases);
        var runs = new HashMap<JobId, Lease>();
        for (JobId job : told.running.keySet()) {
            Lease lease = lease(job);
            runs.put(job, lease == null ? Lease.UNKNOWN : lease);
            open.remove(job);
        }
        ended.forEach(each -> open.remove(each.job()));
        return told.with(version + 1, told.state, runs, open, slowness(ended), isDrained);
    }

    /**
     * Whether {@code report} says nothing that this entry does not: only that the worker is there.
     * Each scheduler hears each report, so half of what they hear the other one has noted.
     */
    boolean saysAlready(WorkerReport report) {
        return report.incarnation() == incarnation
                && report.state() == state
                && report.jobsMax() == jobsMax
                && report.running().size() == running.size()
                && running.keySet().containsAll(report.running())
                && report.ended().stream().noneMatch(ended -> leases.containsKey(ended.job()))
                && report.toolchains().size() == toolchains.size()
                && toolchains.containsAll(report.toolchains())
                && report.tokenKey().equals(tokenKey);
    }

    private double slowness(List<EndedJob> ended) {
        double now = slowness;
        for (EndedJob job : ended) {
            Lease lease = lease(job.job());
            if (lease != null && lease.forecast().millis() > 0 && job.wallMillis() > 0) {
                double pace = (double) job.wallMillis() / lease.forecast().millis();
                double believed = Math.clamp(pace, 1 / SLOWNESS_MAX, SLOWNESS_MAX);
                now += SLOWNESS_GAIN * (believed - now);
            }
        }
        return now;
    }

    /** Takes leases back; a job that runs goes on. */
    public WorkerEntry release(Collection<JobId> jobs) {
        var open = new HashMap<>(leases);
        jobs.forEach(open::remove);
        return withOpenLeases(open);
    }

    /** It left without a word. */
    public WorkerEntry gone(long goneIncarnation) {
        if (goneIncarnation != incarnation || state == WorkerReport.State.GONE) {
            return this;
        }
        return with(version + 1, WorkerReport.State.GONE, Map.of(), Map.of(), slowness, isDrained);
    }

    /** What an operator wants of it; jobs that it has go on. */
    public WorkerEntry drained(boolean nowDrained) {
        return nowDrained == isDrained
                ? this
                : with(version + 1, state, running, leases, slowness, nowDrained);
    }

    /**
     * What is true when two schedulers that lost sight of each other meet again: the later start,
     * of one start the later report, with the leases of both until the worker says which are true.
     * Who was drained on one side is drained.
     */
    public static WorkerEntry merged(WorkerEntry one, WorkerEntry other) {
        boolean isOneLater = LATEST.compare(one, other) >= 0;
        WorkerEntry later = isOneLater ? one : other;
        WorkerEntry earlier = isOneLater ? other : one;
        boolean isEitherDrained = one.isDrained || other.isDrained;
        if (earlier.incarnation != later.incarnation) {
            return later.drained(isEitherDrained);
        }
        var leases = new HashMap<>(earlier.leases);
        leases.putAll(later.leases);
        leases.keySet().removeAll(later.running.keySet());
        long version = Math.max(one.version, other.version) + 1;
        return later.with(
                version, later.state, later.running, leases, later.slowness, isEitherDrained);
    }

    private WorkerEntry withOpenLeases(Map<JobId, Lease> nowLeased) {
        return nowLeased.equals(leases)
                ? this
                : with(version + 1, state, running, nowLeased, slowness, isDrained);
    }

    private WorkerEntry with(
            long newVersion,
            WorkerReport.State newState,
            Map<JobId, Lease> newRunning,
            Map<JobId, Lease> newLeases,
            double newSlowness,
            boolean nowDrained) {
        return new WorkerEntry(
                id,
                newVersion,
                incarnation,
                sequence,
                url,
                certificate,
                tokenKey,
                jobsMax,
                newState,
                newRunning,
                newLeases,
                toolchains,
                cpus,
                memoryBytes,
                newSlowness,
                softwareVersion,
                nowDrained);
    }
}
