package io.cachepot.node.scheduler;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the cluster knows of one worker. The worker is the authority on what it runs; a lease is a
 * scheduler's promise to a client that the worker has not confirmed yet.
 *
 * <pre>
 * reserve: + lease        report: what runs replaces leases, what ended frees them
 * release: - lease        gone:   nothing runs, nothing is leased, until it reports again
 * </pre>
 *
 * @param version grows with each change of an entry, so that a view tells newer from older
 * @param incarnation of the worker's last known start
 * @param sequence of its last report
 * @param certificate SHA-256 of {@code certificatePem} in DER
 * @param running jobs that the worker said it runs
 * @param leases jobs granted to clients and not heard of yet, with the scheduler that granted each
 */
public record WorkerEntry(
        WorkerId id,
        long version,
        long incarnation,
        long sequence,
        String url,
        String certificatePem,
        Digest certificate,
        int jobsMax,
        WorkerReport.State state,
        Set<JobId> running,
        Map<JobId, String> leases,
        Set<ToolchainId> toolchains,
        int cpus,
        String softwareVersion) {
    private static final Comparator<WorkerEntry> LATEST =
            Comparator.comparingLong(WorkerEntry::incarnation)
                    .thenComparingLong(WorkerEntry::sequence)
                    .thenComparingLong(WorkerEntry::version);

    public WorkerEntry {
        running = Set.copyOf(running);
        leases = Map.copyOf(leases);
        toolchains = Set.copyOf(toolchains);
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
                report.certificatePem(),
                certificate,
                report.jobsMax(),
                report.state(),
                Set.copyOf(report.running()),
                Map.of(),
                Set.copyOf(report.toolchains()),
                report.cpus(),
                report.version());
    }

    /** Permits in use, or promised. */
    public int taken() {
        return running.size() + leases.size();
    }

    /** Permits that may be granted; none unless it takes jobs. */
    public int free() {
        return state == WorkerReport.State.UP ? Math.max(0, jobsMax - taken()) : 0;
    }

    /** Whether {@code report} says something that is not known yet. */
    public boolean isOlderThan(WorkerReport report) {
        return report.incarnation() > incarnation
                || (report.incarnation() == incarnation && report.sequence() > sequence);
    }

    /**
     * Leases {@code jobs}, as many of the first as there are free permits for.
     *
     * @return this, if that is none of them
     */
    public WorkerEntry reserve(List<JobId> jobs, String scheduler) {
        var more = new HashMap<>(leases);
        jobs.stream().limit(free()).forEach(job -> more.put(job, scheduler));
        return withOpenLeases(more);
    }

    /** Takes the worker's word; a report that is not newer changes nothing. */
    public WorkerEntry report(WorkerReport report, Digest certificate) {
        if (!isOlderThan(report)) {
            return this;
        }
        var reported = of(id, version + 1, report, certificate);
        if (report.incarnation() != incarnation) {
            return reported;
        }
        var open = new HashMap<>(leases);
        report.running().forEach(open::remove);
        report.ended().forEach(open::remove);
        return reported.withLeases(open);
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
        return with(version + 1, WorkerReport.State.GONE, Set.of(), Map.of());
    }

    /**
     * What is true when two schedulers that lost sight of each other meet again: the later start,
     * of one start the later report, with the leases of both until the worker says which are true.
     */
    public static WorkerEntry merged(WorkerEntry one, WorkerEntry other) {
        boolean isOneLater = LATEST.compare(one, other) >= 0;
        WorkerEntry later = isOneLater ? one : other;
        WorkerEntry earlier = isOneLater ? other : one;
        if (earlier.incarnation != later.incarnation) {
            return later;
        }
        var leases = new HashMap<>(earlier.leases);
        leases.putAll(later.leases);
        leases.keySet().removeAll(later.running);
        long version = Math.max(one.version, other.version) + 1;
        return later.with(version, later.state, later.running, leases);
    }

    private WorkerEntry withOpenLeases(Map<JobId, String> nowLeased) {
        return nowLeased.equals(leases) ? this : with(version + 1, state, running, nowLeased);
    }

    private WorkerEntry withLeases(Map<JobId, String> nowLeased) {
        return with(version, state, running, nowLeased);
    }

    private WorkerEntry with(
            long newVersion,
            WorkerReport.State newState,
            Set<JobId> newRunning,
            Map<JobId, String> newLeases) {
        return new WorkerEntry(
                id,
                newVersion,
                incarnation,
                sequence,
                url,
                certificatePem,
                certificate,
                jobsMax,
                newState,
                newRunning,
                newLeases,
                toolchains,
                cpus,
                softwareVersion);
    }
}
