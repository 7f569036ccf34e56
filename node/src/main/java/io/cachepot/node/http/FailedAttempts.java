package io.cachepot.node.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How many refused requests of one address are told why, and logged: twenty, and then one a second.
 * A guess costs whoever guesses more than us, and no log is filled with guesses. Who shows the
 * right token comes in all the same, whatever others at that address do.
 */
final class FailedAttempts {
    private static final AttachmentKey<FailedAttempts> KEY =
            AttachmentKey.create(FailedAttempts.class);

    private static final int BORNE = 20;
    private static final long NANOS_PER_ATTEMPT = 1_000_000_000L;
    private static final int ADDRESSES_MAX = 10_000;

    private final LongSupplier nanoTime;

    /** When the address would have none on its account again. */
    private final ConcurrentHashMap<InetAddress, Long> paidNanos = new ConcurrentHashMap<>();

    /**
     * @param nanoTime as {@link System#nanoTime}
     */
    FailedAttempts(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** From now on these are the ones that {@code exchange} counts for. */
    void attach(HttpServerExchange exchange) {
        exchange.putAttachment(KEY, this);
    }

    static FailedAttempts of(HttpServerExchange exchange) {
        return exchange.getAttachment(KEY);
    }

    /** Counts one more of {@code peer}; false when there were too many. */
    boolean isBorne(InetSocketAddress peer) {
        if (peer.isUnresolved()) {
            return false;
        }
        InetAddress address = PeerAddress.counted(peer.getAddress());
        if (paidNanos.size() > ADDRESSES_MAX) {
            paidNanos.clear();
        }
        long now = nanoTime.getAsLong();
        long limit = now + BORNE * NANOS_PER_ATTEMPT;
        long paid =
                paidNanos.merge(
                        address,
                        now + NANOS_PER_ATTEMPT,
                        (before, first) ->
                                before - now < 0
                                        ? first
                                        : Math.min(before + NANOS_PER_ATTEMPT, limit + 1));
        return paid - limit <= 0;
    }
}
