package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.checkCount;

import java.util.List;

/**
 * The cluster in numbers. The first four keep the names that cachepot's users know.
 *
 * @param numServers workers that take jobs; the same as {@code numWorkers}, under its old name
 * @param numCpus permits of all of them
 * @param inProgress permits taken
 * @param workers one row each, sorted by id
 * @param members of the grid
 * @param warnings what a person should know: an insecure setting, a missing replica
 */
public record SchedulerStatus(
        int numServers,
        int numWorkers,
        int numCpus,
        int inProgress,
        List<WorkerView> workers,
        List<MemberView> members,
        List<String> warnings) {
    public SchedulerStatus {
        checkCount("workers", workers, 10_000);
        checkCount("members", members, 10_000);
        checkCount("warnings", warnings, 100);
        workers = List.copyOf(workers);
        members = List.copyOf(members);
        warnings = List.copyOf(warnings);
    }

    /** One worker as the schedulers see it. */
    public record WorkerView(
            WorkerId id,
            WorkerReport.State state,
            int jobsMax,
            int jobsRunning,
            int toolchains,
            String version) {}

    /** One member of the grid; {@code role} is {@code scheduler} or {@code worker}. */
    public record MemberView(String address, String role, boolean isLocal) {}
}
