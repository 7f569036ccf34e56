package io.cachepot.client.dist;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Attempts at the same thing, each in a thread of its own. Whoever runs the race takes their ends
 * one by one; closing it interrupts those that still run, and what they bring all the same is
 * disposed of.
 */
final class Race<T> implements AutoCloseable {
    private final String name;
    private final Consumer<T> dispose;
    private final LinkedBlockingQueue<End<T>> ends = new LinkedBlockingQueue<>();
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();

    /** Guarded by {@code ends}. */
    private boolean isOver;

    /**
     * @param name of the threads
     * @param dispose of what comes too late
     */
    Race(String name, Consumer<T> dispose) {
        this.name = name;
        this.dispose = dispose;
    }

    /** One way to it. */
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws DistException, InterruptedException;
    }

    /** How an attempt ended. */
    sealed interface End<T> {
        record Got<T>(T what) implements End<T> {}

        record Failed<T>(DistException why) implements End<T> {}
    }

    void start(Attempt<T> attempt) {
        Thread thread = Thread.ofVirtual().name(name).unstarted(() -> run(attempt));
        running.add(thread);
        thread.start();
    }

    private void run(Attempt<T> attempt) {
        try {
            T what = attempt.run();
            if (!tell(new End.Got<>(what))) {
                dispose.accept(what);
            }
        } catch (DistException e) {
            tell(new End.Failed<>(e));
        } catch (InterruptedException e) {
            tell(new End.Failed<>(new DistException("interrupted", e)));
        } catch (RuntimeException e) {
            tell(new End.Failed<>(new DistException("attempt failed: " + e, e)));
        }
    }

    private boolean tell(End<T> end) {
        synchronized (ends) {
            running.remove(Thread.currentThread());
            return !isOver && ends.add(end);
        }
    }

    /** How many attempts have not ended. */
    int running() {
        return running.size();
    }

    /** The next end; empty when there is none within {@code atMost}. */
    Optional<End<T>> next(Duration atMost) throws InterruptedException {
        return Optional.ofNullable(ends.poll(atMost.toNanos(), TimeUnit.NANOSECONDS));
    }

    @Override
    public void close() {
        synchronized (ends) {
            isOver = true;
        }
        running.forEach(Thread::interrupt);
        for (End<T> end : ends) {
            if (end instanceof End.Got<T>(var what)) {
                dispose.accept(what);
            }
        }
    }
}
