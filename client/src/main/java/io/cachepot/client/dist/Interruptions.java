package io.cachepot.client.dist;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Tells interruptions from failures: what talks to a peer can throw nothing but {@link
 * IOException}, and a compile that nobody waits for any more must not be tried elsewhere. A socket
 * that a virtual thread was interrupted at is closed, which looks like a failure, but the thread is
 * still marked.
 */
final class Interruptions {
    private Interruptions() {}

    /**
     * Returns if {@code e} is a failure.
     *
     * @throws InterruptedException if this thread was interrupted
     */
    static void check(IOException e) throws InterruptedException {
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted(e);
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException
                    || cause instanceof ClosedByInterruptException
                    || cause.getClass().equals(InterruptedIOException.class)) {
                throw interrupted(e);
            }
        }
    }

    private static InterruptedException interrupted(IOException e) {
        Thread.interrupted(); // told by the exception from here on
        var interrupted = new InterruptedException(e.getMessage());
        interrupted.initCause(e);
        return interrupted;
    }
}
