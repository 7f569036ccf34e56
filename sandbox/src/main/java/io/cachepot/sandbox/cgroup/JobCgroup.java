package io.cachepot.sandbox.cgroup;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.locks.LockSupport;

/**
 * One job's groups, one of each tree, or those of one job after the other; closing removes them.
 */
public final class JobCgroup implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(JobCgroup.class.getName());

    private static final int ATTEMPTS_MAX = 100;
    private static final long PAUSE_NANOS = 2_000_000;

    private final String name;
    private final SequencedMap<Path, Hierarchy> parents;

    // Written by whoever ran the job that was in it.
    private volatile long killsSeen;
    private volatile long refusalsSeen;

    JobCgroup(String name, SequencedMap<Path, Hierarchy> parents) {
        this.name = name;
        this.parents = parents;
    }

    /**
     * @param own makes a file the job's own
     */
    void make(long memoryBytes, int processes, PathOwner own) throws IOException {
        for (var each : parents.entrySet()) {
            Path group = each.getKey().resolve(name);
            Files.createDirectory(group);
            each.getValue().limitJob(group, memoryBytes, processes);
            own.own(group.resolve(JobCgroups.PROCESSES));
        }
    }

    /** Who writes 0 to each of these joins; as the host sees them. */
    public List<Path> joins() {
        return parents.keySet().stream().map(parent -> join(parent)).toList();
    }

    /**
     * The same where {@link JobCgroups#parents} are seen as {@code 0}, {@code 1} of a directory.
     */
    public List<Path> joins(Path directory) {
        var joins = new ArrayList<Path>();
        for (int i = 0; i < parents.size(); i++) {
            joins.add(join(directory.resolve(Integer.toString(i))));
        }
        return joins;
    }

    private Path join(Path parent) {
        return parent.resolve(name).resolve(JobCgroups.PROCESSES);
    }

    /** Whether the kernel killed some of the job for want of memory; to be asked once for each. */
    public boolean isOutOfMemory() throws IOException {
        long before = killsSeen;
        killsSeen = sum(Hierarchy::memoryKills);
        return killsSeen > before;
    }

    /** Whether the job wanted more processes than it may have; likewise. */
    public boolean isOutOfProcesses() throws IOException {
        long before = refusalsSeen;
        refusalsSeen = sum(Hierarchy::refusedProcesses);
        return refusalsSeen > before;
    }

    private interface Count {
        long of(Hierarchy hierarchy, Path group) throws IOException;
    }

    private long sum(Count count) throws IOException {
        long sum = 0;
        for (var each : parents.entrySet()) {
            sum += count.of(each.getValue(), each.getKey().resolve(name));
        }
        return sum;
    }

    /** A group with a process that is about to end is waited for a little; then it stays. */
    @Override
    public void close() {
        for (Path parent : parents.keySet()) {
            remove(parent.resolve(name));
        }
    }

    private static void remove(Path group) {
        for (int attempt = 1; ; attempt++) {
            try {
                Files.deleteIfExists(group);
                return;
            } catch (IOException e) {
                if (attempt == ATTEMPTS_MAX || Thread.currentThread().isInterrupted()) {
                    LOG.log(WARNING, "control group of a job not removed: {0}", e.toString());
                    return;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
