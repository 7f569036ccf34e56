package io.cachepot.node;

import java.util.concurrent.CountDownLatch;

/**
 * Keeps a node until the process is told to stop (SIGTERM, SIGINT), then lets it close in peace.
 */
final class Lifetime {
    private Lifetime() {}

    /** Something that runs until it is closed. */
    @FunctionalInterface
    interface Starter {
        AutoCloseable start() throws Exception;
    }

    /**
     * Starts a node, calls {@code ready}, waits for the signal, closes it; then the process ends
     * with exit code 0. A service manager hears of each of these. Returns only by an exception of
     * the start.
     */
    static void run(Starter starter, Runnable ready) throws Exception {
        var stop = new CountDownLatch(1);
        var closed = new CountDownLatch(1);
        var hook = new Thread(() -> endPeacefully(stop, closed), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try (var manager = ServiceManager.of(System.getenv(), ProcessHandle.current().pid());
                var _ = starter.start()) {
            ready.run();
            manager.ready();
            stop.await();
            manager.stopping();
        } catch (Exception | Error e) {
            closed.countDown();
            removeIfNotStopping(hook);
            throw e;
        }
        closed.countDown();
        // The hook ends the process.
        Thread.currentThread().join();
    }

    /** Without this the JVM would exit with 128 + the signal's number. */
    private static void endPeacefully(CountDownLatch stop, CountDownLatch closed) {
        stop.countDown();
        try {
            closed.await();
        } catch (InterruptedException _) {
            // Nobody interrupts a shutdown hook.
        }
        Runtime.getRuntime().halt(0);
    }

    private static void removeIfNotStopping(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process is stopping already.
        }
    }
}
