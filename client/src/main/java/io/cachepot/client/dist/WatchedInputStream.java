package io.cachepot.client.dist;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes the stream under it when nothing has come for too long, so that a reader does not hang on
 * a peer that froze: {@code HttpClient} has a time-out for an answer's head only.
 */
final class WatchedInputStream extends FilterInputStream {
    private final Thread watch;
    private final long silenceNanosMax;

    /** When bytes came last; written by the reader, read by the watch. */
    private volatile long heardAt = System.nanoTime();

    /** Set by the watch, read by the reader, which sees a closed stream and must tell why. */
    private volatile boolean isTimedOut;

    WatchedInputStream(InputStream in, Duration silenceMax) {
        super(in);
        silenceNanosMax = silenceMax.toNanos();
        watch = Thread.ofVirtual().name("silence-watch").start(this::watch);
    }

    private void watch() {
        try {
            long left = silenceNanosMax;
            while (left > 0) {
                TimeUnit.NANOSECONDS.sleep(left);
                left = heardAt + silenceNanosMax - System.nanoTime();
            }
            isTimedOut = true;
            in.close();
        } catch (InterruptedException _) {
            // Closed in time.
        } catch (IOException _) {
            // The reader gets an error of its own from the broken stream.
        }
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
            throw isTimedOut
                    ? new IOException(
                            "nothing heard for "
                                    + TimeUnit.NANOSECONDS.toSeconds(silenceNanosMax)
                                    + " s",
                            e)
                    : e;
        }
    }

    @Override
    public void close() throws IOException {
        watch.interrupt();
        super.close();
    }
}
