package io.cachepot.sandbox.bubblewrap;

import io.cachepot.protocol.Bytes;
import io.cachepot.sandbox.SandboxLimits;
import io.cachepot.sandbox.SandboxResult.Limit;
import io.cachepot.sandbox.SandboxResult.LimitExceeded;
import io.cachepot.sandbox.cgroup.JobCgroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Memory and processes of one job: bounded by a control group, or, where there is none, of each of
 * its processes. Only a group can say for sure what a job ran into.
 *
 * @param isGroupItsOwn false for one of a slot's, which stays
 */
record JobBounds(SandboxLimits limits, Optional<JobCgroup> group, boolean isGroupItsOwn)
        implements AutoCloseable {
    /**
     * A process that failed with so much of what it may have in use is taken to have failed for
     * want of more: then it is tried elsewhere, which costs time only.
     */
    private static final double SUSPICIOUS_SHARE = 0.5;

    /** Of gcc, clang, rustc, libstdc++ and the C library. */
    private static final Pattern WORDS =
            Pattern.compile(
                    "out of memory|memory exhausted|cannot allocate memory|bad_alloc"
                            + "|memory allocation of",
                    Pattern.CASE_INSENSITIVE);

    /** A job in a group that another one is in after it. */
    static JobBounds inSlot(SandboxLimits limits, JobCgroup slot) {
        return new JobBounds(limits, Optional.of(slot), false);
    }

    /** Where it joins, as the host sees it; nowhere when it is in already. */
    List<Path> joins() {
        return isGroupItsOwn ? group.map(JobCgroup::joins).orElse(List.of()) : List.of();
    }

    /** The same as a sandbox host sees it. */
    List<Path> joins(Path directory) {
        return isGroupItsOwn
                ? group.map(each -> each.joins(directory)).orElse(List.of())
                : List.of();
    }

    /** Of the data of one process; 0 for none. */
    long dataBytesMax() {
        return group.isPresent() ? 0 : limits.memoryBytesMax();
    }

    /**
     * What the job ran into, whatever it makes of it.
     *
     * @param memoryPeakBytes of its largest process; 0 when that is not known
     * @param stderr what it says about it
     */
    Optional<LimitExceeded> exceeded(int exitCode, long memoryPeakBytes, Bytes stderr)
            throws IOException {
        boolean isOutOfMemory =
                group.isPresent()
                        ? group.get().isOutOfMemory()
                        : exitCode != 0 && isSuspicious(memoryPeakBytes, stderr);
        // Asked in any case, for in a slot the next job is asked about what is new.
        boolean isOutOfProcesses = group.isPresent() && group.get().isOutOfProcesses();
        if (isOutOfMemory) {
            return Optional.of(
                    new LimitExceeded(
                            Limit.MEMORY,
                            "it needs more than " + limits.memoryBytesMax() + " bytes of memory"));
        }
        if (exitCode != 0 && isOutOfProcesses) {
            return Optional.of(
                    new LimitExceeded(
                            Limit.PROCESSES,
                            "it wants more than " + limits.processesMax() + " processes"));
        }
        return Optional.empty();
    }

    private boolean isSuspicious(long memoryPeakBytes, Bytes stderr) {
        return memoryPeakBytes > SUSPICIOUS_SHARE * limits.memoryBytesMax()
                || WORDS.matcher(stderr.toUtf8()).find();
    }

    @Override
    public void close() {
        if (isGroupItsOwn) {
            group.ifPresent(JobCgroup::close);
        }
    }
}
