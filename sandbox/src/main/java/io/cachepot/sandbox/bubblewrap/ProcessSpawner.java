package io.cachepot.sandbox.bubblewrap;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * Starts processes from one platform thread that lives until {@link #close}. A process that dies
 * with its parent dies with the <em>thread</em> that made it (prctl(2), PR_SET_PDEATHSIG): from a
 * virtual thread it would live as long as some carrier thread does.
 */
final class ProcessSpawner implements AutoCloseable {
    private static final File NOTHING = new File("/dev/null");
    private static final String NICENESS = "5";
    private static final Duration RENICE_MAX = Duration.ofSeconds(10);
    private static final File ROOT = new File("/");

    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("sandbox-spawner").factory());

    /**
     * Makes this thread, and so all that it starts from now on, give way to others: compiles must
     * not keep the worker from saying that it is alive. Nothing happens where it is not possible.
     */
    void lowerPriority(Path renice) throws IOException, InterruptedException {
        String id = Long.toString(threadId());
        start(List.of(renice.toString(), "-n", NICENESS, "-p", id)).waitFor(RENICE_MAX);
    }

    /** On Linux a thread has a number and a niceness of its own (setpriority(2), BUGS). */
    private long threadId() throws IOException {
        Path task = submit(() -> Files.readSymbolicLink(Path.of("/proc/thread-self")));
        return Long.parseLong(task.getFileName().toString());
    }

    /**
     * Starts {@code command} with an empty environment and nothing to read. An interruption is kept
     * for the caller: a process that nobody holds would never be killed.
     */
    Process start(List<String> command) throws IOException {
        return submit(() -> builder(command).start());
    }

    /** Likewise, but with an open standard input, which ends with this process at the latest. */
    Process startHeld(List<String> command) throws IOException {
        return submit(() -> builder(command).redirectInput(ProcessBuilder.Redirect.PIPE).start());
    }

    private <T> T submit(Callable<T> work) throws IOException {
        boolean isInterrupted = false;
        try {
            Future<T> result = thread.submit(work);
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException _) {
                    isInterrupted = true; // restored below
                }
            }
        } catch (ExecutionException e) {
            throw new IOException("process not started: " + e.getCause(), e);
        } catch (RejectedExecutionException e) {
            throw new IOException("sandbox is closed", e);
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static ProcessBuilder builder(List<String> command) {
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.directory(ROOT);
        builder.redirectInput(NOTHING);
        return builder;
    }

    @Override
    public void close() {
        thread.close();
    }
}
