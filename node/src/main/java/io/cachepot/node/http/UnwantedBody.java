package io.cachepot.node.http;

import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * The rest of a body whose request is refused. It is read and thrown away before the answer goes
 * out: a connection that ends while its peer still sends is reset, and a reset destroys the answer
 * that says why. A peer that sends more than an honest mistake could is cut off.
 */
final class UnwantedBody {
    /** More than any message has; whoever may send more says so when it was let in. */
    static final long BYTES_MAX = 64L << 20;

    private static final long NANOS_MAX = Duration.ofSeconds(10).toNanos();
    private static final int CHUNK_BYTES = 64 << 10;

    private final long deadline = System.nanoTime() + NANOS_MAX;
    private long bytes;

    /** Counts {@code more} bytes; whether the peer is to be cut off now. */
    boolean isTooMuch(int more) {
        bytes += more;
        return bytes > BYTES_MAX || System.nanoTime() - deadline > 0;
    }

    /** Reads the rest of {@code body} in the calling thread, which the answer follows. */
    static void discard(InputStream body) {
        UnwantedBody unwanted = new UnwantedBody();
        byte[] chunk = new byte[CHUNK_BYTES];
        try {
            for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
                if (unwanted.isTooMuch(read)) {
                    return;
                }
            }
        } catch (IOException _) {
            // The peer has gone: nobody reads the answer.
        }
    }

    /** A cut stream is how the peer learns that there is no answer, or that it is void. */
    static void hangUp(HttpServerExchange exchange) {
        try {
            exchange.getConnection().close();
        } catch (IOException _) {
            // It is gone already.
        }
    }
}
