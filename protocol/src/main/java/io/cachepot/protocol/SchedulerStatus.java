package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.checkCount;

import java.util.List;

/**
 * The cluster in numbers. The first four keep the names that cachepot's users know.
 *
 * @param numServers workers that take jobs; the same as {@code numWorkers}, under its old name
 * @param numCpus permits of all of them
 * @param inProgress permits taken
 * @param waiting requests for grants in line at this scheduler
 * @param oldestWaitMillis how long the one of them that came first has waited; 0 when none does
 * @param grid how the schedulers' common state is
 * @param schedulers URLs of all of them
 * @param workers one row each, sorted by id
 * @param members of the grid, the one that leads it first
 * @param warnings what a person should know: an insecure setting, a missing replica
 */
public record SchedulerStatus(
        int numServers,
        int numWorkers,
        int numCpus,
        int inProgress,
        int waiting,
        long oldestWaitMillis,
        GridView grid,
        List<String> schedulers,
        List<WorkerView> workers,
        List<MemberView> members,
        List<String> warnings) {
    public SchedulerStatus {
        checkCount("schedulers", schedulers, 64);
        checkCount("workers", workers, 10_000);
        checkCount("members", members, 10_000);
        checkCount("warnings", warnings, 100);
        schedulers = List.copyOf(schedulers);
        workers = List.copyOf(workers);
        members = List.copyOf(members);
        warnings = List.copyOf(warnings);
    }

    /**
     * The grid as this scheduler sees it.
     *
     * @param state {@code safe}, {@code no_replica}, {@code syncing}, {@code merging} or {@code
     *     unreachable}
     * @param term grows with each start of a scheduler and each merge of two halves
     * @param sinceMillis how long it has been in this state
     */
    public record GridView(String name, String state, long term, long sinceMillis) {}

    /** One worker as the schedulers see it. */
    public record WorkerView(
            WorkerId id,
            WorkerReport.State state,
            int jobsMax,
            int jobsRunning,
            int toolchains,
            String version) {}

    /**
     * One member of the grid.
     *
     * @param role {@code scheduler} or {@code worker}
     * @param worker its {@code host:port} as a worker; empty for a scheduler
     * @param isMaster whether it leads the grid
     */
    public record MemberView(
            String address, String role, String worker, boolean isLocal, boolean isMaster) {}
}
