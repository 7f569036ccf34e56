package io.cachepot.client.dist;

import io.cachepot.protocol.Digest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The workers that this coordinator talks to, each start of one apart; connections are kept. */
final class Peers implements AutoCloseable {
    private static final int WORKERS_MAX = 1_000;

    private final Uploads uploads;
    private final ConcurrentHashMap<Digest, Peer> peers = new ConcurrentHashMap<>();

    /** {@code uploads} is told what is sent to them. */
    Peers(Uploads uploads) {
        this.uploads = uploads;
    }

    /** One start of one worker, told by its certificate, and the contents it was sent. */
    record Peer(WorkerClient client, Set<Digest> sent) {}

    Peer of(String workerUrl, Digest certificate) {
        if (peers.size() > WORKERS_MAX) {
            peers.clear();
        }
        return peers.computeIfAbsent(
                certificate,
                digest ->
                        new Peer(
                                new WorkerClient(workerUrl, digest, uploads),
                                ConcurrentHashMap.newKeySet()));
    }

    @Override
    public void close() {
        peers.values().forEach(peer -> peer.client().close());
    }
}
