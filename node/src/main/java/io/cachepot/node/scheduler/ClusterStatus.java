package io.cachepot.node.scheduler;

import io.cachepot.protocol.CacheDetails;
import io.cachepot.protocol.JobDetails;
import io.cachepot.protocol.JobEnd;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.JobState;
import io.cachepot.protocol.SchedulerStatus;
import io.cachepot.protocol.SchedulerStatus.GridView;
import io.cachepot.protocol.SchedulerStatus.MemberView;
import io.cachepot.protocol.SchedulerStatus.WorkerView;
import io.cachepot.protocol.ToolchainDetails;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerDetails;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** The cluster as people and their tools see it. Reads what is here, and waits for nothing. */
public final class ClusterStatus {
    private static final long SILENCE_NANOS_MAX = AllocationQueue.Settings.SILENCE_MAX.toNanos();

    private final WorkerRegistry workers;
    private final SchedulerDirectory schedulers;
    private final EndedJobs ended;
    private final Function<WorkerId, Vitals> vitals;
    private final IntSupplier waiting;
    private final LongSupplier oldestWaitMillis;
    private final List<String> warnings;

    /** What was told of last. Used by one thread. */
    private Map<WorkerId, WorkerReport.State> statesTold = Map.of();

    private List<MemberView> membersTold = List.of();
    private String gridTold = "";

    /**
     * @param vitals of a worker, as it told of them
     * @param waiting how many requests are in line
     * @param oldestWaitMillis how long the first of them has waited
     * @param warnings what a person should know of this scheduler's settings
     */
    ClusterStatus(
            WorkerRegistry workers,
            SchedulerDirectory schedulers,
            EndedJobs ended,
            Function<WorkerId, Vitals> vitals,
            IntSupplier waiting,
            LongSupplier oldestWaitMillis,
            List<String> warnings) {
        this.workers = workers;
        this.schedulers = schedulers;
        this.ended = ended;
        this.vitals = vitals;
        this.waiting = waiting;
        this.oldestWaitMillis = oldestWaitMillis;
        this.warnings = List.copyOf(warnings);
    }

    public SchedulerStatus status() {
        long now = System.nanoTime();
        List<KnownWorker> known = sorted();
        List<WorkerEntry> there =
                known.stream()
                        .filter(worker -> worker.isThere(now, SILENCE_NANOS_MAX))
                        .map(KnownWorker::entry)
                        .toList();
        List<MemberView> members = schedulers.members();
        GridHealth health = schedulers.health();
        return new SchedulerStatus(
                there.size(),
                there.size(),
                there.stream().mapToInt(WorkerEntry::jobsMax).sum(),
                there.stream().mapToInt(WorkerEntry::taken).sum(),
                waiting.getAsInt(),
                oldestWaitMillis.getAsLong(),
                new GridView(
                        schedulers.gridName(),
                        name(health.state()),
                        health.term(),
                        health.since().toMillis()),
                schedulers.urls(),
                known.stream().map(worker -> view(worker, now)).toList(),
                members,
                warnings(health, members));
    }

    private static String name(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private List<KnownWorker> sorted() {
        return workers.workers().stream()
                .sorted(Comparator.comparing(worker -> worker.entry().id().address()))
                .toList();
    }

    private List<String> warnings(GridHealth health, List<MemberView> members) {
        var all = new ArrayList<>(warnings);
        all.addAll(schedulers.warnings());
        all.addAll(health.troubles());
        members.stream()
                .filter(member -> member.isMaster() && member.role().equals("worker"))
                .forEach(member ->
                        all.add(
                                "worker "
                                        + member.worker()
                                        + " leads the grid; it should leave within seconds"));
        return all;
    }

    private static WorkerView view(KnownWorker worker, long now) {
        WorkerEntry entry = worker.entry();
        return new WorkerView(
                entry.id(),
                state(worker, now),
                entry.jobsMax(),
                entry.taken(),
                entry.toolchains().size(),
                entry.softwareVersion());
    }

    /** One that is silent counts as gone, whatever it said last. */
    private static WorkerReport.State state(KnownWorker worker, long now) {
        WorkerReport.State said = worker.entry().state();
        if (said == WorkerReport.State.UP && worker.entry().isDrained()) {
            return WorkerReport.State.DRAINING;
        }
        boolean isSilent = said == WorkerReport.State.UP && !worker.isThere(now, SILENCE_NANOS_MAX);
        return isSilent ? WorkerReport.State.GONE : said;
    }

    /** Sorted by id; those that are gone among them. */
    public List<WorkerDetails> workers() {
        long now = System.nanoTime();
        return sorted().stream().map(worker -> details(worker, now)).toList();
    }

    /** How a worker's machine is, by its own word to this scheduler; decides nothing. */
    record Vitals(double load, List<CacheDetails> caches) {
        static final Vitals UNKNOWN = new Vitals(-1, List.of());
    }

    private WorkerDetails details(KnownWorker worker, long now) {
        WorkerEntry entry = worker.entry();
        Vitals told = vitals.apply(entry.id());
        return new WorkerDetails(
                entry.id(),
                entry.url(),
                entry.incarnation(),
                state(worker, now),
                (now - worker.heardNanos()) / 1_000_000,
                entry.jobsMax(),
                entry.cpus(),
                entry.memoryBytes(),
                entry.slowness(),
                entry.softwareVersion(),
                told.load(),
                told.caches(),
                live(entry),
                entry.toolchains().stream()
                        .sorted(Comparator.comparing(ToolchainId::hex))
                        .toList());
    }

    private static List<JobDetails> live(WorkerEntry entry) {
        var jobs = new ArrayList<JobDetails>();
        entry.running()
                .forEach((job, lease) -> jobs.add(live(entry, job, lease, JobState.STARTED)));
        entry.leases().forEach((job, lease) -> jobs.add(live(entry, job, lease, JobState.GRANTED)));
        jobs.sort(Comparator.comparing(job -> job.job().hex()));
        return jobs;
    }

    private static JobDetails live(WorkerEntry entry, JobId job, Lease lease, JobState state) {
        return new JobDetails(
                job,
                state,
                entry.id(),
                lease.client(),
                lease.forecast().millis(),
                0,
                0,
                JobEnd.UNKNOWN);
    }

    /** Those under way, and after them the last that ended, the latest first. */
    public List<JobDetails> jobs() {
        var jobs = new ArrayList<JobDetails>();
        sorted().forEach(worker -> jobs.addAll(live(worker.entry())));
        jobs.addAll(ended.latest());
        return jobs;
    }

    /** One of those in {@link #jobs}; empty when it is not known here. */
    public Optional<JobDetails> job(JobId id) {
        return workers.workers().stream()
                .flatMap(worker -> live(worker.entry()).stream())
                .filter(job -> job.job().equals(id))
                .findFirst()
                .or(() -> ended.find(id));
    }

    /** Each that a worker holds, sorted by id. */
    public List<ToolchainDetails> toolchains() {
        var holders = new TreeMap<String, List<WorkerId>>();
        for (KnownWorker worker : sorted()) {
            for (ToolchainId toolchain : worker.entry().toolchains()) {
                holders.computeIfAbsent(toolchain.hex(), _ -> new ArrayList<>())
                        .add(worker.entry().id());
            }
        }
        return holders.entrySet().stream()
                .map(each ->
                        new ToolchainDetails(ToolchainId.fromHex(each.getKey()), each.getValue()))
                .toList();
    }

    /** Tells what is not as it was told of last; called by one thread, about once a second. */
    void tellChanges(ClusterEvents events) {
        tellWorkers(events);
        List<MemberView> members = schedulers.members();
        if (!members.equals(membersTold)) {
            membersTold = members;
            events.tell(
                    "member",
                    Map.of("members", String.join(" ", new TreeSet<>(addresses(members)))));
        }
        GridHealth health = schedulers.health();
        String grid = name(health.state());
        if (!grid.equals(gridTold)) {
            gridTold = grid;
            events.tell("grid", Map.of("state", grid, "term", Long.toString(health.term())));
        }
    }

    private static List<String> addresses(List<MemberView> members) {
        return members.stream().map(MemberView::address).toList();
    }

    private void tellWorkers(ClusterEvents events) {
        long now = System.nanoTime();
        var states = new HashMap<WorkerId, WorkerReport.State>();
        for (KnownWorker worker : workers.workers()) {
            WorkerReport.State state = state(worker, now);
            WorkerId id = worker.entry().id();
            states.put(id, state);
            if (state != statesTold.get(id)) {
                String type = "worker_" + name(state);
                events.tell(type, Map.of("worker", id.address()));
            }
        }
        statesTold = states;
    }
}
