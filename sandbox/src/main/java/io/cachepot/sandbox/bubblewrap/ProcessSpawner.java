package io.cachepot.sandbox.bubblewrap;

import java.io.File;
import java.io.IOException;
import java.util.List;
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
    private static final File ROOT = new File("/");

    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("sandbox-spawner").factory());

    /**
     * Starts {@code command} with an empty environment and nothing to read. An interruption is kept
     * for the caller: a process that nobody holds would never be killed.
     */
    Process start(List<String> command) throws IOException {
        boolean isInterrupted = false;
        try {
            Future<Process> started = thread.submit(() -> builder(command).start());
            while (true) {
                try {
                    return started.get();
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
