package io.cachepot.node.scheduler;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.Location;
import io.cachepot.protocol.ResultLocations;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.ToolchainSource;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.auth.FetchTicket;
import io.cachepot.protocol.auth.JobTokenSigner;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Tells where a result or a toolchain is to be had, with the right to fetch it there: each
 * toolchain comes into the cluster once, by one client, and workers pass it on.
 */
final class Sources {
    /** Long enough to fetch a large toolchain over a slow network. */
    private static final Duration TOKEN_LIFETIME = Duration.ofMinutes(15);

    private static final int LOCATIONS_MAX = 3;

    /** For how long a toolchain is in demand after jobs that need it were asked for. */
    private static final Duration DEMAND = Duration.ofMinutes(1);

    private static final int PREFETCH_MAX = 4;
    private static final int WANTED_MAX = 1_000;

    private final WorkerRegistry workers;
    private final ContentDirectory contents;
    private final JobTokenSigner signer;
    private final long silenceNanosMax;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;

    /** When jobs with a toolchain were asked for last. */
    private final ConcurrentHashMap<ToolchainId, Long> wantedNanos = new ConcurrentHashMap<>();

    /**
     * @param silenceMax a worker that was not heard of for so long is not named
     * @param nanoTime as {@link System#nanoTime}
     * @param random spreads who fetches over those who have it
     */
    Sources(
            WorkerRegistry workers,
            ContentDirectory contents,
            JobTokenSigner signer,
            Duration silenceMax,
            InstantSource clock,
            LongSupplier nanoTime,
            RandomGenerator random) {
        this.workers = workers;
        this.contents = contents;
        this.signer = signer;
        silenceNanosMax = silenceMax.toNanos();
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    /**
     * Who keeps the result {@code key}.
     *
     * @throws UnavailableException when the cluster's state does not answer
     */
    ResultLocations result(Digest key) {
        return new ResultLocations(
                contents.holders(key).stream()
                        .flatMap(holder -> there(holder).stream())
                        .limit(LOCATIONS_MAX)
                        .map(holder -> location(holder, FetchTicket.Kind.RESULT, key))
                        .toList());
    }

    private Optional<WorkerEntry> there(WorkerId worker) {
        return workers.find(worker)
                .filter(known -> known.isThere(nanoTime.getAsLong(), silenceNanosMax))
                .map(KnownWorker::entry);
    }

    private Location location(WorkerEntry worker, FetchTicket.Kind kind, Digest digest) {
        var ticket =
                new FetchTicket(
                        kind,
                        digest,
                        worker.id(),
                        worker.incarnation(),
                        clock.instant().plus(TOKEN_LIFETIME));
        return new Location(
                worker.id(),
                worker.url(),
                worker.certificate(),
                signer.sign(ticket, worker.tokenKey()));
    }

    /**
     * Where {@code asker} gets {@code toolchain}.
     *
     * @param wouldReceive whether a client stands ready to send it
     * @throws UnavailableException when the cluster's state does not answer
     */
    ToolchainSource toolchain(WorkerId asker, ToolchainId toolchain, boolean wouldReceive) {
        List<WorkerEntry> holders = new ArrayList<>(holders(toolchain));
        holders.removeIf(holder -> holder.id().equals(asker));
        if (!holders.isEmpty()) {
            Collections.shuffle(holders, random);
            return new ToolchainSource.Workers(
                    holders.stream()
                            .limit(LOCATIONS_MAX)
                            .map(holder ->
                                    location(
                                            holder, FetchTicket.Kind.TOOLCHAIN, toolchain.digest()))
                            .toList());
        }
        if (!wouldReceive) {
            return new ToolchainSource.Client();
        }
        WorkerId receiver = contents.claimArrival(toolchain, asker, Optional.empty());
        if (!receiver.equals(asker) && there(receiver).isEmpty()) {
            receiver = contents.claimArrival(toolchain, asker, Optional.of(receiver));
        }
        return receiver.equals(asker)
                ? new ToolchainSource.Client()
                : new ToolchainSource.Arriving(receiver);
    }

    private List<WorkerEntry> holders(ToolchainId toolchain) {
        long now = nanoTime.getAsLong();
        return workers.workers().stream()
                .filter(known -> known.isThere(now, silenceNanosMax))
                .map(KnownWorker::entry)
                .filter(entry -> entry.toolchains().contains(toolchain))
                .toList();
    }

    /** Jobs that need {@code toolchain} are asked for. */
    void wanted(ToolchainId toolchain) {
        if (wantedNanos.size() > WANTED_MAX) {
            wantedNanos.clear();
        }
        wantedNanos.put(toolchain, nanoTime.getAsLong());
    }

    /** What a worker that idles should fetch from another, before a job needs it there. */
    List<ToolchainId> prefetch(WorkerReport report) {
        if (wantedNanos.isEmpty()
                || report.state() != WorkerReport.State.UP
                || !report.running().isEmpty()) {
            return List.of();
        }
        long now = nanoTime.getAsLong();
        wantedNanos.values().removeIf(at -> now - at > DEMAND.toNanos());
        var has = new HashSet<>(report.toolchains());
        return wantedNanos.keySet().stream()
                .filter(toolchain -> !has.contains(toolchain))
                .filter(toolchain -> !holders(toolchain).isEmpty())
                .limit(PREFETCH_MAX)
                .toList();
    }
}
