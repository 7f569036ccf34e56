package io.cachepot.sandbox.bubblewrap;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cachepot.sandbox.SandboxException;
import io.cachepot.sandbox.SandboxLimits;
import io.cachepot.sandbox.SandboxReceiver;
import io.cachepot.sandbox.SandboxResult;
import io.cachepot.sandbox.SandboxSpec;
import io.cachepot.sandbox.cgroup.JobCgroup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One bubblewrap that runs the jobs of one toolchain, each in a root of its own. It ends when its
 * standard input does, so also when this process dies.
 */
final class SandboxHost implements AutoCloseable {
    private static final String READY = "ready\n";
    private static final Duration END_MAX = Duration.ofSeconds(10);

    private final Process process;
    private final Path directory;
    private final Slots slots;

    // Written by whoever ran a job last, read by whoever looks for hosts that nobody needs.
    private volatile long usedNanos = System.nanoTime();

    private SandboxHost(Process process, Path directory, Slots slots) {
        this.process = process;
        this.directory = directory;
        this.slots = slots;
    }

    /**
     * Control groups in which jobs with the same limits are one after the other: their processes
     * are in them before there is a job.
     *
     * @param limits of each of them
     */
    record Slots(List<JobCgroup> groups, SandboxLimits limits) implements AutoCloseable {
        Slots {
            groups = List.copyOf(groups);
        }

        /** Whether a job with {@code wanted} may be in one of them. */
        boolean fit(SandboxLimits wanted) {
            return !groups.isEmpty()
                    && wanted.memoryBytesMax() == limits.memoryBytesMax()
                    && wanted.processesMax() == limits.processesMax();
        }

        @Override
        public void close() {
            groups.forEach(JobCgroup::close);
        }
    }

    Slots slots() {
        return slots;
    }

    /**
     * Starts one.
     *
     * @param directory in which the command listens at {@link #socket}; closing removes it
     * @param slots that the command knows; closing removes them
     * @throws SandboxException when it does not come up, with its own words
     */
    static SandboxHost start(JobRunner runner, List<String> command, Path directory, Slots slots)
            throws IOException {
        Process process = runner.startHeld(command);
        byte[] said = process.getInputStream().readNBytes(READY.length());
        if (!READY.equals(new String(said, UTF_8))) {
            String words = new String(process.getErrorStream().readNBytes(1 << 12), UTF_8);
            process.destroyForcibly();
            throw new SandboxException(
                    "sandbox host does not start: '" + InsidePath.clip(words.strip()) + "'");
        }
        return new SandboxHost(process, directory, slots);
    }

    static Path socket(Path directory) {
        return directory.resolve("s");
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long idleNanos() {
        return System.nanoTime() - usedNanos;
    }

    /**
     * Runs one job.
     *
     * @param bounds a slot's where {@code request} names no group
     * @return empty when it wants to be in a slot and none is free
     * @throws IOException when the host failed, or was closed meanwhile
     */
    Optional<SandboxResult> run(
            JobRequest request, SandboxSpec spec, JobBounds bounds, SandboxReceiver receiver)
            throws IOException, InterruptedException {
        usedNanos = System.nanoTime();
        try (var connection = HostConnection.open(socket(directory))) {
            connection.send(request);
            return new JobAnswer(connection, spec, bounds, slots.groups(), receiver).read();
        } finally {
            usedNanos = System.nanoTime();
        }
    }

    /** Ends all its jobs. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        boolean isInterrupted = false;
        long deadline = System.nanoTime() + END_MAX.toNanos();
        while (process.isAlive()) {
            try {
                long left = deadline - System.nanoTime();
                if (left <= 0 || process.waitFor(left, TimeUnit.NANOSECONDS)) {
                    break;
                }
            } catch (InterruptedException _) {
                isInterrupted = true; // restored below
            }
        }
        process.destroyForcibly();
        slots.close();
        TreeRemover.remove(directory);
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
