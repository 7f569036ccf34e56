package io.cachepot.sandbox.cgroup;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * A control group for each job, below the one that this process is in: version 2 where it is
 * delegated to us, else memory and pids of version 1. To make one takes a tenth of a millisecond;
 * to move a process into it takes the kernel up to ten, when nothing else moves. So most jobs are
 * begun by processes that are in one already.
 */
public final class JobCgroups implements AutoCloseable {
    static final String PROCESSES = "cgroup.procs";

    private static final System.Logger LOG = System.getLogger(JobCgroups.class.getName());
    private static final String PREFIX = "cachepot-";

    /** In this process; tests have several at once. */
    private static final AtomicLong OPENED = new AtomicLong();

    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d{1,10})-\\d+");
    private static final String SUBTREE = "cgroup.subtree_control";

    private static final String ADVICE =
            "start the worker as a service with Delegate=yes, or by"
                    + " `systemd-run --user --scope -p Delegate=yes`";

    /** What version 2 must offer. */
    private static final List<String> NEEDED = List.of("memory", "pids");

    private final SequencedMap<Path, Hierarchy> parents;
    private final PathOwner owner;
    private final AtomicLong count = new AtomicLong();

    private JobCgroups(SequencedMap<Path, Hierarchy> parents, PathOwner owner) {
        this.parents = parents;
        this.owner = owner;
    }

    /**
     * Makes the group that holds those of the jobs, and removes what dead workers left beside it.
     *
     * @param memoryBytes what all jobs together may use
     * @param owner gives the files by which jobs join to their user
     * @throws IOException when there are no groups to be had: why, and what to do
     */
    public static JobCgroups open(long memoryBytes, PathOwner owner) throws IOException {
        long pid = ProcessHandle.current().pid();
        return open(OwnCgroups.read(), pid, memoryBytes, owner);
    }

    static JobCgroups open(OwnCgroups own, long pid, long memoryBytes, PathOwner owner)
            throws IOException {
        try {
            return divide(own, pid, memoryBytes, owner);
        } catch (FileSystemException e) {
            String why = e.getReason() == null ? "permission denied" : e.getReason();
            throw new IOException(
                    "control group is not the worker's to divide: "
                            + e.getFile()
                            + ": "
                            + why
                            + "; "
                            + ADVICE,
                    e);
        }
    }

    private static JobCgroups divide(OwnCgroups own, long pid, long memoryBytes, PathOwner owner)
            throws IOException {
        var places = new LinkedHashMap<Path, Hierarchy>();
        var unified = own.unified().filter(JobCgroups::hasNeeded);
        if (unified.isPresent()) {
            delegate(unified.get(), pid, owner);
            places.put(unified.get(), Hierarchy.UNIFIED);
        } else {
            places.put(ofVersion1(own, "memory"), Hierarchy.MEMORY);
            places.put(ofVersion1(own, "pids"), Hierarchy.PIDS);
        }
        String name = PREFIX + pid + "-" + OPENED.incrementAndGet();
        var parents = new LinkedHashMap<Path, Hierarchy>();
        for (var place : places.entrySet()) {
            removeStale(place.getKey());
            Path parent = Files.createDirectory(place.getKey().resolve(name));
            if (place.getValue() == Hierarchy.UNIFIED) {
                enable(parent);
            }
            place.getValue().limitMemory(parent, memoryBytes);
            parents.put(parent, place.getValue());
        }
        return new JobCgroups(parents, owner);
    }

    private static boolean hasNeeded(Path group) {
        try {
            var offered =
                    List.of(
                            Files.readString(group.resolve("cgroup.controllers"))
                                    .split("\\s+", -1));
            return offered.containsAll(NEEDED);
        } catch (IOException e) {
            LOG.log(DEBUG, "no controllers: group={0} reason={1}", group, e.toString());
            return false;
        }
    }

    private static Path ofVersion1(OwnCgroups own, String controller) throws IOException {
        return own.of(controller)
                .orElseThrow(() ->
                        new IOException(
                                "no control groups for " + controller + " are mounted here"));
    }

    /**
     * Processes are in leaves only: this one moves into one, {@code main}. The root of the
     * hierarchy, which a container has, needs no such thing.
     */
    private static void delegate(Path group, long pid, PathOwner owner) throws IOException {
        if (Files.exists(group.resolve("cgroup.type"))) {
            checkAlone(group, pid);
            Path main = group.resolve("main");
            if (!Files.exists(main)) {
                Files.createDirectory(main);
            }
            for (String each : Files.readAllLines(group.resolve(PROCESSES))) {
                Files.writeString(main.resolve(PROCESSES), each);
            }
        }
        enable(group);
        // Who moves a process needs the right for the first group above both its places.
        owner.own(group.resolve(PROCESSES));
    }

    /** Others are not to be moved about. */
    private static void checkAlone(Path group, long pid) throws IOException {
        for (String each : Files.readAllLines(group.resolve(PROCESSES))) {
            boolean isOurs =
                    Long.parseLong(each) == pid
                            || ProcessHandle.of(Long.parseLong(each))
                                    .flatMap(ProcessHandle::parent)
                                    .filter(parent -> parent.pid() == pid)
                                    .isPresent();
            if (!isOurs) {
                throw new IOException(
                        "control group "
                                + group
                                + " is not the worker's alone, process "
                                + each
                                + " is in it; "
                                + ADVICE);
            }
        }
    }

    private static void enable(Path group) throws IOException {
        Files.writeString(group.resolve(SUBTREE), "+memory +pids");
    }

    /** Groups of workers that are dead; what still has a process in it stays. */
    private static void removeStale(Path place) throws IOException {
        try (var found = Files.newDirectoryStream(place, PREFIX + "*")) {
            for (Path each : found) {
                var name = NAME.matcher(each.getFileName().toString());
                if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
                    remove(each);
                }
            }
        }
    }

    private static void remove(Path parent) {
        try (var groups = Files.newDirectoryStream(parent, Files::isDirectory)) {
            for (Path group : groups) {
                Files.delete(group);
            }
            Files.delete(parent);
        } catch (IOException e) {
            LOG.log(DEBUG, "control group not removed: {0}", e.toString());
        }
    }

    /** The groups in which those of jobs are, one of each tree. */
    public List<Path> parents() {
        return List.copyOf(parents.keySet());
    }

    /** 1 or 2. */
    public int version() {
        return parents.containsValue(Hierarchy.UNIFIED) ? 2 : 1;
    }

    /**
     * A group for a job.
     *
     * @param processes most processes and threads at once
     */
    public JobCgroup create(long memoryBytes, int processes) throws IOException {
        var group = new JobCgroup("job-" + count.incrementAndGet(), parents);
        try {
            group.make(memoryBytes, processes, owner);
            return group;
        } catch (IOException e) {
            group.close();
            throw e;
        }
    }

    @Override
    public void close() {
        parents.keySet().forEach(JobCgroups::remove);
    }
}
