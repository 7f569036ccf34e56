package io.cachepot.client.dist;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Tells interruptions from failures: what reads an answer's body can throw nothing but {@link
 * IOException}, and a compile that nobody waits for any more must not be tried elsewhere.
 */
final class Interruptions {
    private Interruptions() {}

    /**
     * Returns if {@code e} is a failure.
     *
     * @throws InterruptedException if this thread was interrupted, and {@code e} comes of it
     */
    static void check(IOException e) throws InterruptedException {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException
                    || cause instanceof ClosedByInterruptException
                    || cause.getClass().equals(InterruptedIOException.class)) {
                Thread.interrupted(); // told by the exception from here on
                var interrupted = new InterruptedException(e.getMessage());
                interrupted.initCause(e);
                throw interrupted;
            }
        }
    }
}
