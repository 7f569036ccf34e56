package io.cachepot.client.dist;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Cuts an exchange off when nothing has come for too long, so that nobody hangs on a peer that
 * froze. A time-out of the socket is not enough: it is for reading only, and a frozen peer takes no
 * large request either.
 */
final class SilenceWatch implements AutoCloseable {
    private final ScheduledExecutorService timer;
    private final Runnable cutOff;

    /** Written by who talks, read by the timer. */
    private volatile Duration patience;

    /** When something came last; written by who talks, read by the timer. */
    private volatile long heardAt = System.nanoTime();

    /** Set by the timer, read by who talks, who sees a broken connection and must tell why. */
    private volatile boolean isTimedOut;

    private volatile boolean isClosed;

    /** The next look. Written by whoever plans it. */
    private volatile Future<?> look;

    /**
     * Begins at once.
     *
     * @param cutOff ends the exchange: whoever reads or writes fails
     */
    SilenceWatch(ScheduledExecutorService timer, Duration patience, Runnable cutOff) {
        this.timer = timer;
        this.patience = patience;
        this.cutOff = cutOff;
        look = planned(patience.toNanos());
    }

    private Future<?> planned(long nanos) {
        return timer.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    private void look() {
        long left = heardAt + patience.toNanos() - System.nanoTime();
        if (isClosed) {
            return;
        }
        if (left > 0) {
            look = planned(left);
            return;
        }
        isTimedOut = true;
        cutOff.run();
    }

    /** {@code e}, or what it comes of. */
    IOException told(IOException e) {
        return isTimedOut
                ? new IOException("nothing heard for " + patience.toSeconds() + " s", e)
                : e;
    }

    /** What comes through {@code in} is something heard, and another patience holds. */
    InputStream over(InputStream in, Duration patienceThere) {
        heardAt = System.nanoTime();
        boolean isSooner = patienceThere.compareTo(patience) < 0;
        patience = patienceThere;
        if (isSooner) {
            look.cancel(false);
            look = planned(patienceThere.toNanos());
        }
        return new Watched(in);
    }

    private final class Watched extends FilterInputStream {
        Watched(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                int n = in.read(buffer, offset, length);
                heardAt = System.nanoTime();
                return n;
            } catch (IOException e) {
                throw told(e);
            }
        }
    }

    @Override
    public void close() {
        isClosed = true;
        look.cancel(false);
    }
}
