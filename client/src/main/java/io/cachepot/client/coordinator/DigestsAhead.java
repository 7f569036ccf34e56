package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.client.include.FileMemory;
import io.cachepot.client.include.FileStamp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Digests files that a build has just got, before somebody asks for them: the last link of a build
 * takes every crate, and would have to read them all.
 */
final class DigestsAhead implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DigestsAhead.class.getName());
    private static final int WAITING_MAX = 10_000;

    private final FileMemory files;
    private final ThreadPoolExecutor worker;

    DigestsAhead(FileMemory files) {
        this.files = files;
        worker =
                new ThreadPoolExecutor(
                        1,
                        1,
                        1,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(WAITING_MAX),
                        Thread.ofPlatform().daemon().name("digests-ahead").factory());
        worker.allowCoreThreadTimeOut(true);
    }

    /** Has a look at {@code outputs} in a moment; what was written just now is looked at again. */
    void look(List<Path> outputs) {
        var crates = new ArrayList<Path>();
        for (Path output : outputs) {
            String name = output.toString();
            if (name.endsWith(".rlib") || name.endsWith(".rmeta") || name.endsWith(".so")) {
                crates.add(output);
            }
        }
        if (crates.isEmpty()) {
            return;
        }
        long at = System.nanoTime();
        try {
            worker.execute(() -> look(crates, at));
        } catch (RejectedExecutionException e) {
            LOG.log(DEBUG, "outputs not digested ahead: {0}", e.toString());
        }
    }

    private void look(List<Path> crates, long writtenAt) {
        try {
            long age = System.nanoTime() - writtenAt;
            TimeUnit.NANOSECONDS.sleep(FileStamp.GRANULARITY_NANOS * 3 / 2 - age);
            for (Path crate : crates) {
                files.look(crate);
            }
        } catch (IOException e) {
            LOG.log(DEBUG, "output not digested ahead: {0}", e.toString());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
