package io.cachepot.sandbox.cgroup;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/** One job's groups, one of each tree; closing removes them. */
public final class JobCgroup implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(JobCgroup.class.getName());

    private final String name;
    private final SequencedMap<Path, Hierarchy> parents;

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

    /** Whether the kernel killed some of it for want of memory. */
    public boolean isOutOfMemory() throws IOException {
        return isSoInAny(Hierarchy::isOutOfMemory);
    }

    /** Whether it wanted more processes than it may have. */
    public boolean isOutOfProcesses() throws IOException {
        return isSoInAny(Hierarchy::isOutOfProcesses);
    }

    private interface Question {
        boolean ask(Hierarchy hierarchy, Path group) throws IOException;
    }

    private boolean isSoInAny(Question question) throws IOException {
        for (var each : parents.entrySet()) {
            if (question.ask(each.getValue(), each.getKey().resolve(name))) {
                return true;
            }
        }
        return false;
    }

    /** A group with a process that is about to end stays, and goes with its parent. */
    @Override
    public void close() {
        for (Path parent : parents.keySet()) {
            try {
                Files.delete(parent.resolve(name));
            } catch (NoSuchFileException _) {
                // It was not made.
            } catch (IOException e) {
                LOG.log(WARNING, "control group of a job not removed: {0}", e.toString());
            }
        }
    }
}
