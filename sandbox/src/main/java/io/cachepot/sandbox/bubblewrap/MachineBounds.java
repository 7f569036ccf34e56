package io.cachepot.sandbox.bubblewrap;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.OperatingSystemMXBean;
import io.cachepot.sandbox.SandboxLimits;
import io.cachepot.sandbox.cgroup.JobCgroup;
import io.cachepot.sandbox.cgroup.JobCgroups;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What this machine can bound memory and processes of jobs with.
 *
 * @param gap why there are no control groups; empty when there are
 */
record MachineBounds(Optional<JobCgroups> groups, String gap) implements AutoCloseable {
    /** All jobs together leave the rest to the worker and the machine. */
    private static final double MEMORY_SHARE = 0.9;

    /**
     * Tries a group as jobs use it.
     *
     * @param shell writes into the group's file as a job does
     */
    static MachineBounds find(JobRunner runner, Path shell, JobUser user)
            throws InterruptedException {
        try {
            var groups = JobCgroups.open((long) (MEMORY_SHARE * memoryBytes()), user::own);
            try {
                tryOut(groups, runner, shell, user);
                return new MachineBounds(Optional.of(groups), "");
            } catch (IOException | InterruptedException e) {
                groups.close();
                throw e;
            }
        } catch (IOException e) {
            return new MachineBounds(Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    private static long memoryBytes() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }

    private static void tryOut(JobCgroups groups, JobRunner runner, Path shell, JobUser user)
            throws IOException, InterruptedException {
        SandboxLimits limits = SandboxLimits.DEFAULT;
        try (JobCgroup group = groups.create(limits.memoryBytesMax(), limits.processesMax())) {
            var command = new ArrayList<>(user.commandPrefix());
            command.addAll(List.of(shell.toString(), "-c", Launcher.JOIN, "cachepot-sandbox"));
            group.joins().forEach(each -> command.add(each.toString()));
            Process process = runner.startHeld(command);
            String words = new String(process.getErrorStream().readNBytes(1 << 12), UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(
                        "jobs can not join a control group: " + InsidePath.clip(words.strip()));
            }
        }
    }

    JobBounds newJob(SandboxLimits limits) throws IOException {
        return new JobBounds(
                limits,
                groups.isPresent()
                        ? Optional.of(
                                groups.get().create(limits.memoryBytesMax(), limits.processesMax()))
                        : Optional.empty(),
                true);
    }

    /** Groups that jobs with these limits are in one after the other; none where there are none. */
    List<JobCgroup> slots(SandboxLimits limits, int count) throws IOException {
        var slots = new ArrayList<JobCgroup>();
        for (int i = 0; i < count && groups.isPresent(); i++) {
            slots.add(groups.get().create(limits.memoryBytesMax(), limits.processesMax()));
        }
        return slots;
    }

    /** The groups in which those of jobs are. */
    List<Path> parents() {
        return groups.map(JobCgroups::parents).orElse(List.of());
    }

    @Override
    public void close() {
        groups.ifPresent(JobCgroups::close);
    }
}
