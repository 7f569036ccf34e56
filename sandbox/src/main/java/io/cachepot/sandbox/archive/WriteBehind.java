package io.cachepot.sandbox.archive;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Makes entries in a thread of its own, in the order in which they come, while the next ones are
 * read. What goes wrong there is thrown by one of the calls after it, at the latest by {@link
 * #finish}. Used by one thread.
 */
final class WriteBehind implements AutoCloseable {
    /** With {@link #CHUNK_BYTES} at most 2 MiB wait to be written. */
    private static final int STEPS_MAX = 32;

    static final int CHUNK_BYTES = 64 * 1024;

    private final EntryWriter writer;
    private final ArrayBlockingQueue<Step> steps = new ArrayBlockingQueue<>(STEPS_MAX);
    private final Thread thread;

    /** Written by the thread, before it drops what comes after. */
    private volatile @Nullable Throwable failure;

    /** Set when nothing of what waits is wanted any more. */
    private volatile boolean isGivenUp;

    /** The thread's own: the file that is being written. */
    private @Nullable OutputStream content;

    /** Something to do with the disk. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private static final Step END = () -> {};

    WriteBehind(EntryWriter writer) {
        this.writer = writer;
        thread = Thread.ofPlatform().name("unpack").daemon().start(this::run);
    }

    private void run() {
        try {
            for (Step step = steps.take(); !step.equals(END); step = steps.take()) {
                if (failure == null && !isGivenUp) {
                    attempt(step);
                }
            }
            attempt(this::closeContent);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    private void attempt(Step step) {
        try {
            step.run();
        } catch (IOException | RuntimeException | Error e) {
            // An error as well: whoever waits for room must hear of it.
            failure = failure == null ? e : failure;
        }
    }

    private void closeContent() throws IOException {
        OutputStream open = content;
        content = null;
        if (open != null) {
            open.close();
        }
    }

    private void then(Step step) throws IOException {
        rethrow();
        try {
            steps.put(step);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while an archive was unpacked");
        }
    }

    private void rethrow() throws IOException {
        switch (failure) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    void directories(List<String> paths) throws IOException {
        if (!paths.isEmpty()) {
            then(() -> writer.directories(paths));
        }
    }

    /** Begins a file. */
    void file(String path, boolean isExecutable) throws IOException {
        then(() -> {
            closeContent();
            content = writer.file(path, isExecutable);
        });
    }

    /** More of the file that was begun last; {@code bytes} are given away. */
    void write(byte[] bytes) throws IOException {
        then(() -> {
            if (content != null) {
                content.write(bytes);
            }
        });
    }

    void hardLink(String path, String target) throws IOException {
        then(() -> writer.hardLink(path, target));
    }

    void link(String path, String target) throws IOException {
        then(() -> writer.link(path, target));
    }

    /** Makes the links and waits until all is there. */
    void finish() throws IOException {
        then(this::closeContent);
        then(writer::makeLinks);
        end();
        rethrow();
    }

    private void end() {
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                steps.put(END);
                thread.join();
            } catch (InterruptedException _) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Drops what waits; nothing is written any more when this returns. */
    @Override
    public void close() {
        isGivenUp = true;
        end();
    }
}
