package io.cachepot.node.http;

import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.config.AddressRange;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many connections one peer may have open, so that no stranger takes the descriptors of all. A
 * proxy that is trusted speaks for many and has no bound here.
 */
final class ConnectionLimit {
    private static final System.Logger LOG = System.getLogger(ConnectionLimit.class.getName());

    private final int most;
    private final List<AddressRange> unbounded;
    private final ConcurrentHashMap<InetAddress, Peer> peers = new ConcurrentHashMap<>();

    /**
     * @param open how many connections
     * @param isTold whether its refusals were logged since it was below the limit
     */
    private record Peer(int open, boolean isTold) {
        static final Peer NEW = new Peer(0, false);
    }

    ConnectionLimit(int most, List<AddressRange> unbounded) {
        this.most = most;
        this.unbounded = List.copyOf(unbounded);
    }

    /** Counts one more of {@code address}, unless it has as many as it may have. */
    boolean isAdmitted(InetAddress address) {
        if (AddressRange.isInAny(unbounded, address)) {
            return true;
        }
        boolean[] admitted = {false};
        peers.compute(
                PeerAddress.counted(address),
                (_, before) -> {
                    Peer peer = before == null ? Peer.NEW : before;
                    admitted[0] = peer.open < most;
                    if (admitted[0]) {
                        return new Peer(peer.open + 1, peer.isTold);
                    }
                    if (!peer.isTold) {
                        LOG.log(
                                WARNING,
                                "refused: peer={0} reason=it has {1} connections open, which is as"
                                        + " many as one address may have; set trusted_proxies if it"
                                        + " is a proxy",
                                address.getHostAddress(),
                                most);
                    }
                    return new Peer(peer.open, true);
                });
        return admitted[0];
    }

    /** One that was admitted has ended. */
    void ended(InetAddress address) {
        if (AddressRange.isInAny(unbounded, address)) {
            return; // it was not counted, though its neighbours may have been
        }
        peers.computeIfPresent(
                PeerAddress.counted(address),
                (_, peer) ->
                        peer.open <= 1
                                ? null
                                : new Peer(peer.open - 1, peer.isTold && peer.open > most / 2));
    }
}
