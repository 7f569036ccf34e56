package io.cachepot.client.dist;

import io.cachepot.protocol.Digest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The workers that this coordinator talks to, each start of one apart; connections are kept. */
final class Peers implements AutoCloseable {
    private static final int WORKERS_MAX = 1_000;
    private static final int TIDY_SECONDS = 30;

    private final Uploads uploads;
    private final ConcurrentHashMap<Digest, Peer> peers = new ConcurrentHashMap<>();

    /** Cuts off those that are silent, and gives up connections that nobody needs. */
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("peers-timer").factory());

    /** {@code uploads} is told what is sent to them. */
    Peers(Uploads uploads) {
        this.uploads = uploads;
        timer.setRemoveOnCancelPolicy(true);
        var _ =
                timer.scheduleWithFixedDelay(
                        this::tidy, TIDY_SECONDS, TIDY_SECONDS, TimeUnit.SECONDS);
    }

    private void tidy() {
        peers.values().forEach(peer -> peer.client().tidy());
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
                                new WorkerClient(workerUrl, digest, uploads, timer),
                                ConcurrentHashMap.newKeySet()));
    }

    @Override
    public void close() {
        timer.shutdownNow();
        peers.values().forEach(peer -> peer.client().close());
    }
}
