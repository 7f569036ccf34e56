package io.cachepot.client.dist;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.client.cache.DiskStore;
import io.cachepot.client.cache.OutputFiles;
import io.cachepot.client.packaging.RecentFailures;
import io.cachepot.client.packaging.ToolchainArchive;
import io.cachepot.client.stats.Durations;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.Grant;
import io.cachepot.protocol.JobForecast;
import io.cachepot.protocol.ReturnedGrant;
import io.cachepot.protocol.RunJobResult;
import io.cachepot.protocol.SubmitToolchainResult;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Runs a job on a worker; when that one fails, or takes far longer than it should, on another, at
 * most {@link #PLACES_MAX} in all. What a worker holds already is remembered, so a header travels
 * to each worker once.
 */
public final class RemoteCompiler implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RemoteCompiler.class.getName());
    private static final int PLACES_MAX = 3;

    /** Toolchain, inputs, once more: what one worker may ask for in a row. */
    private static final int ROUNDS_MAX = 4;

    /** How often a race looks whether it is late, while it can not be yet. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private static final Duration FAILURE_BELIEVED = Duration.ofMinutes(1);

    private final GrantPool grants;
    private final DiskStore store;
    private final JobHistory history;
    private final Peers peers;
    private final Optional<ClusterResults> results;
    private final Hedging hedging = new Hedging();

    /** Toolchains that nobody took, or for whose jobs this machine has no room. */
    private final RecentFailures<ToolchainId> failures =
            new RecentFailures<>(FAILURE_BELIEVED, System::nanoTime);

    /**
     * For one cluster.
     *
     * @param store lends its directory for request bodies
     * @param history learns from each job
     * @param uploads is told what is sent
     * @param results who knows about results that workers keep; empty when those are not wanted
     */
    public RemoteCompiler(
            GrantPool grants,
            DiskStore store,
            JobHistory history,
            Uploads uploads,
            Optional<SchedulerClient> results) {
        this.grants = grants;
        this.store = store;
        this.history = history;
        peers = new Peers(uploads);
        this.results = results.map(scheduler -> new ClusterResults(scheduler, peers));
    }

    /**
     * What {@code job} gave when some client had it run before.
     *
     * @param outputsFor makes a fresh place for outputs, one for each attempt
     * @return empty when no worker keeps it, or it can not be had
     */
    public Optional<RemoteResult> findKept(RemoteJob job, Supplier<OutputFiles> outputsFor)
            throws InterruptedException {
        return results.isPresent() ? results.get().find(job, outputsFor) : Optional.empty();
    }

    /**
     * Runs {@code job}.
     *
     * @param outputsFor makes a fresh place for outputs, one for each attempt
     * @throws DistException when no worker ran it; the message has every reason
     */
    public RemoteResult run(
            RemoteJob job, ToolchainArchive toolchain, Supplier<OutputFiles> outputsFor)
            throws DistException, InterruptedException {
        // Before a grant is taken, which holds a permit.
        Optional<String> hopeless = failures.recall(toolchain.id());
        if (hopeless.isPresent()) {
            throw new DistException(hopeless.get());
        }
        try {
            return runSomewhere(job, toolchain, outputsFor);
        } catch (ToolchainRefusedException | SpoolException e) {
            // The next compile would fare no better, and a toolchain may be large.
            failures.remember(toolchain.id(), String.valueOf(e.getMessage()));
            throw e;
        }
    }

    /** One place after the other; beside one that takes too long, another one. */
    private RemoteResult runSomewhere(
            RemoteJob job, ToolchainArchive toolchain, Supplier<OutputFiles> outputsFor)
            throws DistException, InterruptedException {
        var work = new Work(job, toolchain, history.forecast(job.unit()), outputsFor);
        var failed = new Failed();
        hedging.count();
        try (var race = new Race<RemoteResult>("remote", result -> result.outputs().discard())) {
            int places = 1;
            race.start(() -> attempt(work, 1));
            boolean mayHedge = true;
            while (true) {
                mayHedge &= places < PLACES_MAX;
                Duration patience = mayHedge ? work.patience() : LOOK_AGAIN;
                switch (race.next(patience).orElse(null)) {
                    case null -> {
                        if (mayHedge && work.isLate()) {
                            mayHedge = false;
                            if (hedging.take()) {
                                int place = ++places;
                                race.start(() -> attempt(work, place));
                            }
                        }
                    }
                    case Race.End.Got<RemoteResult>(var result) -> {
                        return result;
                    }
                    case Race.End.Failed<RemoteResult>(var why) -> {
                        failed.at(why);
                        if (why instanceof SpoolException) {
                            throw why;
                        }
                        if (race.running() == 0) {
                            if (places == PLACES_MAX || isHopeless(why)) {
                                throw failed.everywhere();
                            }
                            int place = ++places;
                            work.isSent = false;
                            race.start(() -> attempt(work, place));
                        }
                    }
                }
            }
        }
    }

    private static boolean isHopeless(DistException why) {
        return why instanceof NoGrantException
                || (why instanceof NotRunException notRun && notRun.isJobsFault());
    }

    /** A job, and where it is being tried. */
    private static final class Work {
        private final RemoteJob job;
        private final ToolchainArchive toolchain;
        private final JobForecast forecast;
        private final Supplier<OutputFiles> outputsFor;

        /** Where it runs. */
        private final Set<WorkerId> places = ConcurrentHashMap.newKeySet();

        // Written by attempts, and before one by the race, which reads them.
        private volatile long sentNanos;
        private volatile boolean isSent;

        Work(
                RemoteJob job,
                ToolchainArchive toolchain,
                JobForecast forecast,
                Supplier<OutputFiles> outputsFor) {
            this.job = job;
            this.toolchain = toolchain;
            this.forecast = forecast;
            this.outputsFor = outputsFor;
        }

        /** A worker has all it needs from now on. */
        void sent() {
            sentNanos = System.nanoTime();
            isSent = true;
        }

        /** How long to wait before {@link #isLate} may be true. */
        Duration patience() {
            if (!isSent) {
                return LOOK_AGAIN;
            }
            long left = Hedging.patience(forecast).toNanos() - (System.nanoTime() - sentNanos);
            return Duration.ofNanos(Math.max(left, 1_000_000));
        }

        boolean isLate() {
            return isSent && System.nanoTime() - sentNanos >= Hedging.patience(forecast).toNanos();
        }
    }

    /** At one place: the one that a scheduler gives. */
    private RemoteResult attempt(Work work, int place) throws DistException, InterruptedException {
        long beganNanos = System.nanoTime();
        Grant grant = takeGrant(work, place);
        if (!work.places.add(grant.worker())) {
            // It runs there already.
            grants.giveBack(grant, ReturnedGrant.Reason.UNUSED);
            throw new NoGrantException(new DistException("no other worker than " + grant.worker()));
        }
        OutputFiles outputs = work.outputsFor.get();
        long grantedNanos = System.nanoTime();
        try {
            RemoteResult result = runOn(grant, work, outputs);
            LOG.log(
                    DEBUG,
                    "job ran: job={0} worker={1} grant={2} there={3} compiler={4}",
                    grant.job(),
                    grant.worker(),
                    Durations.text(grantedNanos - beganNanos),
                    Durations.text(System.nanoTime() - grantedNanos),
                    Durations.text(TimeUnit.MICROSECONDS.toNanos(result.complete().wallMicros())));
            return result;
        } catch (DistException e) {
            work.places.remove(grant.worker());
            grants.giveBack(
                    grant, e instanceof SpoolException ? ReturnedGrant.Reason.UNUSED : blame(e));
            outputs.discard();
            LOG.log(
                    DEBUG,
                    "job failed over: job={0} worker={1} reason={2}",
                    grant.job(),
                    grant.worker(),
                    e.getMessage());
            throw e;
        } catch (InterruptedException | RuntimeException e) {
            outputs.discard();
            throw e;
        }
    }

    /** Why the places that were tried did not do it. */
    private static final class Failed {
        private final List<String> reasons = new ArrayList<>();
        private boolean isRefused;

        void at(DistException e) {
            reasons.add(e.getMessage());
            isRefused |= e instanceof ToolchainRefusedException;
        }

        DistException everywhere() {
            String all = String.join("; ", reasons);
            return isRefused ? new ToolchainRefusedException(all) : new DistException(all);
        }
    }

    /** Whether it is to the worker's discredit. */
    private static ReturnedGrant.Reason blame(DistException e) {
        return switch (e) {
            case NotRunException notRun when notRun.isWorkersFault() -> ReturnedGrant.Reason.FAILED;
            case NotRunException _, RefusedException _, ToolchainRefusedException _ ->
                    ReturnedGrant.Reason.UNUSED;
            default -> ReturnedGrant.Reason.UNREACHABLE;
        };
    }

    private Grant takeGrant(Work work, int place) throws DistException, InterruptedException {
        try {
            return place == 1
                    ? grants.take(work.toolchain.id(), work.forecast)
                    : grants.takeAnother(work.toolchain.id(), work.forecast, place, work.places);
        } catch (DistException e) {
            throw new NoGrantException(e);
        }
    }

    private RemoteResult runOn(Grant grant, Work work, OutputFiles outputs)
            throws DistException, InterruptedException {
        RemoteJob job = work.job;
        ToolchainArchive toolchain = work.toolchain;
        Peers.Peer peer = peers.of(grant.workerUrl(), grant.certificateDigest());
        // A worker without it may get it from another one; it is asked before anything is sent.
        Collection<Digest> blobs = grant.toolchainPresent() ? unsent(peer, job) : List.of();
        work.sent();
        for (int round = 0; round < ROUNDS_MAX; round++) {
            WorkerClient.Answer answer =
                    peer.client().runJob(grant, job, blobs, store::newTemporary, outputs);
            switch (answer.result()) {
                case RunJobResult.Complete complete -> {
                    peer.sent().addAll(job.sources().keySet());
                    history.took(job.unit(), complete);
                    return new RemoteResult(
                            grant.worker(), complete, answer.stdout(), answer.stderr(), outputs);
                }
                case RunJobResult.ToolchainMissing _ -> {
                    submit(peer, grant, toolchain);
                    blobs = unsent(peer, job);
                    work.sent();
                }
                case RunJobResult.InputsMissing missing -> blobs = missing.digests();
                case RunJobResult.NotRun(var reason, var detail) ->
                        throw new NotRunException(grant.worker(), reason, detail);
            }
        }
        throw new DistException(
                "worker " + grant.worker() + " asked for inputs or toolchain too often");
    }

    private static Collection<Digest> unsent(Peers.Peer peer, RemoteJob job) {
        var unsent = new LinkedHashSet<>(job.job().inputDigests());
        unsent.removeAll(peer.sent());
        return unsent;
    }

    /** The worker asks one job only, but a slow one may find that another has sent it by now. */
    private static void submit(Peers.Peer peer, Grant grant, ToolchainArchive toolchain)
            throws DistException, InterruptedException {
        switch (peer.client().submitToolchain(grant, toolchain)) {
            case SubmitToolchainResult.Ready _ -> {}
            case SubmitToolchainResult.Refused(var reason) ->
                    throw new ToolchainRefusedException(
                            "worker " + grant.worker() + " refused the toolchain: " + reason);
        }
    }

    @Override
    public void close() {
        grants.close();
        peers.close();
    }
}
