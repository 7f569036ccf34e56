package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.SandboxLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs bubblewrap commands to their end and kills what goes over a limit. */
final class JobRunner implements AutoCloseable {
    private final ProcessSpawner spawner = new ProcessSpawner();
    private final Set<JobProcess> running = ConcurrentHashMap.newKeySet();

    // Written by close, read by run after it has added itself to running.
    private volatile boolean isClosed;

    /**
     * How a command ended.
     *
     * @param isInTime whether it ended by itself
     * @param exitCode of the process that we started, bubblewrap or what comes before it
     */
    record Run(boolean isInTime, int exitCode, Duration wallTime, Capture stdout, Capture stderr) {}

    /** Lets jobs give way to the worker. */
    void lowerPriority(Path renice) throws IOException, InterruptedException {
        spawner.lowerPriority(renice);
    }

    /** As {@link ProcessSpawner#startHeld}. */
    Process startHeld(List<String> command) throws IOException {
        return spawner.startHeld(command);
    }

    /**
     * Runs {@code command}; nothing of it is left when this returns or throws.
     *
     * @throws InterruptedException when interrupted; it has been killed then
     */
    Run run(List<String> command, StatusFile status, SandboxLimits limits)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process outer = spawner.start(command);
        var process = new JobProcess(outer, status);
        running.add(process);
        try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            long max = limits.stdioBytesMax();
            var stdout =
                    readers.submit(() -> Capture.read(outer.getInputStream(), max, process::kill));
            var stderr =
                    readers.submit(() -> Capture.read(outer.getErrorStream(), max, process::kill));
            boolean isInTime = end(process, limits.wallTime());
            var wallTime = Duration.ofNanos(System.nanoTime() - start);
            process.awaitGone();
            return new Run(isInTime, process.exitCode(), wallTime, get(stdout), get(stderr));
        } finally {
            running.remove(process);
        }
    }

    private boolean end(JobProcess process, Duration wallTime)
            throws IOException, InterruptedException {
        boolean isInTime = false;
        try {
            isInTime = !isClosed && process.awaitEnd(wallTime);
        } finally {
            if (!isInTime) {
                process.kill();
                process.awaitGone();
            }
        }
        if (isClosed) {
            throw new IOException("sandbox is closed");
        }
        return isInTime;
    }

    private static Capture get(Future<Capture> capture) throws IOException, InterruptedException {
        try {
            return capture.get();
        } catch (ExecutionException e) {
            throw new IOException("output of the job not read: " + e.getCause(), e);
        }
    }

    /** Kills what runs; calls of {@link #run} fail from now on. */
    void stop() {
        isClosed = true;
        running.forEach(JobProcess::kill);
    }

    /** Ends the thread that starts processes; call it when no {@link #run} is under way. */
    @Override
    public void close() {
        stop();
        spawner.close();
    }
}
