package io.cachepot.node.worker;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.node.toolchain.Lease;
import io.cachepot.node.toolchain.ToolchainStore;
import io.cachepot.protocol.Location;
import io.cachepot.protocol.SubmitToolchainResult;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.ToolchainSource;
import io.cachepot.protocol.ToolchainWish;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Gets toolchains for jobs: those that are here, else from another worker, else from the client. Of
 * all jobs of the cluster that need a new one at the same time one client sends it, once; the
 * others wait until it is here or can be had from the worker that got it.
 */
public final class ToolchainSupply implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ToolchainSupply.class.getName());

    /** How long a client that was asked for a toolchain has until it begins to send it. */
    private static final Duration CLIENT_TIME = Duration.ofSeconds(10);

    /** How long a job waits for one that others bring; then its own client shall send it. */
    private static final Duration WAIT_MAX = Duration.ofMinutes(5);

    private static final Duration LOOK_HERE = Duration.ofMillis(50);
    private static final Duration LOOK_ELSEWHERE = Duration.ofMillis(250);

    /**
     * The cluster takes a worker for dead that does not say for thirty seconds that it receives.
     */
    private static final Duration CLAIM_AGAIN = Duration.ofSeconds(10);

    /** Fetched ahead of need, one at a time. */
    private final Semaphore prefetching = new Semaphore(1);

    private final ToolchainStore store;
    private final PeerClient peers = new PeerClient();

    /** Who looks after a toolchain that is not here: until when, by {@link System#nanoTime}. */
    private final ConcurrentHashMap<ToolchainId, Long> claims = new ConcurrentHashMap<>();

    /** Set once as the worker starts. */
    private volatile Finder finder =
            (_, _) -> {
                throw new IOException("no scheduler is known yet");
            };

    private volatile boolean isClosed;

    /** Asks the cluster. */
    @FunctionalInterface
    public interface Finder {
        ToolchainSource find(ToolchainId toolchain, ToolchainWish wish)
                throws IOException, InterruptedException;
    }

    public ToolchainSupply(ToolchainStore store) {
        this.store = store;
    }

    /** Asks {@code finder} from now on. */
    public void start(Finder finder) {
        this.finder = finder;
    }

    /**
     * Keeps a toolchain for a job, and gets it from another worker if it is not here.
     *
     * @return empty when the client is to send it
     */
    Optional<Lease> lease(ToolchainId id) throws InterruptedException {
        Optional<Lease> here = store.lease(id);
        if (here.isPresent()) {
            return here;
        }
        return obtain(id) ? store.lease(id) : Optional.empty();
    }

    private boolean obtain(ToolchainId id) throws InterruptedException {
        long end = System.nanoTime() + WAIT_MAX.toNanos();
        while (System.nanoTime() - end < 0) {
            if (store.isReady(id)) {
                return true;
            }
            if (store.isArriving(id) || !claim(id, WAIT_MAX)) {
                Thread.sleep(LOOK_HERE);
                continue;
            }
            boolean isKept = false;
            try {
                switch (find(id, true)) {
                    case ToolchainSource.Workers(var locations) -> {
                        if (fetch(id, locations)) {
                            return true;
                        }
                        isKept = true;
                    }
                    case ToolchainSource.Arriving(var at) ->
                            LOG.log(DEBUG, "toolchain arrives: toolchain={0} at={1}", id, at);
                    case ToolchainSource.Client _ -> isKept = true;
                }
            } finally {
                claims.remove(id);
                if (isKept) {
                    claim(id, CLIENT_TIME);
                }
            }
            if (isKept) {
                return false;
            }
            Thread.sleep(LOOK_ELSEWHERE);
        }
        return store.isReady(id);
    }

    /** Whether this thread is the one to look after {@code id}. */
    private boolean claim(ToolchainId id, Duration length) {
        long now = System.nanoTime();
        long until = now + length.toNanos();
        return claims.merge(id, until, (before, mine) -> before - now < 0 ? mine : before) == until;
    }

    /** Where nobody answers, the client is asked: that costs an upload and no more. */
    private ToolchainSource find(ToolchainId id, boolean wouldReceive) throws InterruptedException {
        try {
            return finder.find(id, new ToolchainWish(wouldReceive));
        } catch (IOException e) {
            LOG.log(DEBUG, "toolchain not looked for: toolchain={0} reason={1}", id, e);
            return new ToolchainSource.Client();
        }
    }

    private boolean fetch(ToolchainId id, List<Location> locations) throws InterruptedException {
        for (Location location : locations) {
            try {
                SubmitToolchainResult result =
                        peers.fetch(location, id, archive -> store.submit(id, archive));
                if (result instanceof SubmitToolchainResult.Refused(var reason)) {
                    throw new IOException(reason);
                }
                LOG.log(INFO, "toolchain fetched: toolchain={0} from={1}", id, location.worker());
                return true;
            } catch (IOException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                LOG.log(
                        WARNING,
                        "toolchain not fetched: toolchain={0} from={1} reason={2}",
                        id,
                        location.worker(),
                        e.toString());
            }
        }
        return false;
    }

    /** Takes a toolchain from a client, and lets the cluster know for as long as it comes. */
    SubmitToolchainResult receive(ToolchainId id, InputStream archive) throws InterruptedException {
        Thread renewal = Thread.ofVirtual().name("arriving").start(() -> claimAgainAndAgain(id));
        try {
            return store.submit(id, archive);
        } finally {
            renewal.interrupt();
            claims.remove(id);
        }
    }

    private void claimAgainAndAgain(ToolchainId id) {
        try {
            while (!isClosed) {
                Thread.sleep(CLAIM_AGAIN);
                var _ = find(id, true);
            }
        } catch (InterruptedException _) {
            // It is here, or will not come.
        }
    }

    /** Fetches those of {@code wanted} that other workers have, in the background. */
    public void prefetch(List<ToolchainId> wanted) {
        if (!isClosed && prefetching.tryAcquire()) {
            Thread.ofVirtual().name("prefetch").start(() -> prefetchAll(wanted));
        }
    }

    private void prefetchAll(List<ToolchainId> wanted) {
        try {
            for (ToolchainId id : wanted) {
                if (!store.isReady(id) && !store.isArriving(id) && claim(id, WAIT_MAX)) {
                    try {
                        if (find(id, false) instanceof ToolchainSource.Workers(var locations)) {
                            var _ = fetch(id, locations);
                        }
                    } finally {
                        claims.remove(id);
                    }
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            prefetching.release();
        }
    }

    /** Begins nothing new. */
    @Override
    public void close() {
        isClosed = true;
    }
}
