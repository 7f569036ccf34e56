package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;

import io.cachepot.client.compiler.rustc.DependencyList;
import io.cachepot.client.coordinator.CompileCache.Hit;
import io.cachepot.client.coordinator.CompileCache.Known;
import io.cachepot.client.coordinator.CompileCache.Reader;
import io.cachepot.client.coordinator.CompileCache.Result;
import io.cachepot.client.coordinator.LocalPermits.Permit;
import io.cachepot.client.coordinator.RustInputs.Gathered;
import io.cachepot.client.dist.DistException;
import io.cachepot.client.dist.RemoteResult;
import io.cachepot.client.explain.KeyParts;
import io.cachepot.client.include.FileMemory;
import io.cachepot.client.include.FileStamp;
import io.cachepot.client.key.RustKeys;
import io.cachepot.client.stats.Phase;
import io.cachepot.client.stats.Stats;
import io.cachepot.client.stats.Stats.Counter;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** One crate: from the cache, else on a worker, else here. */
final class RustService {
    private static final System.Logger LOG = System.getLogger(RustService.class.getName());
    private static final String LANGUAGE = "rust";

    private final FileMemory files;
    private final RustInputs inputs;
    private final CompileCache cache;
    private final PendingStores pending;
    private final RustKeeper keeper;
    private final DigestsAhead ahead;
    private final RustLocal local;
    private final Optional<RustRemote> remote;
    private final Optional<SmallCompiles> small;
    private final Stats stats;
    private final PassThrough passThrough;
    private final InstantSource clock;
    private final boolean isRecache;

    /**
     * @param remote empty when no scheduler is configured
     * @param small which compiles are done here all the same; empty for none
     * @param isRecache whether every look-up is a miss
     */
    RustService(
            FileMemory files,
            RustInputs inputs,
            CompileCache cache,
            PendingStores pending,
            RustKeeper keeper,
            DigestsAhead ahead,
            RustLocal local,
            Optional<RustRemote> remote,
            Optional<SmallCompiles> small,
            Stats stats,
            InstantSource clock,
            boolean isRecache) {
        this.files = files;
        this.inputs = inputs;
        this.cache = cache;
        this.pending = pending;
        this.keeper = keeper;
        this.ahead = ahead;
        this.local = local;
        this.remote = remote;
        this.small = small;
        this.stats = stats;
        this.passThrough = new PassThrough(stats);
        this.clock = clock;
        this.isRecache = isRecache;
    }

    /** Does it, and ends {@code build} in one way or another. */
    void compile(RustRequest request, BuildSide build) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        Optional<FileMemory.Known> source = source(request);
        if (source.isEmpty()) {
            passThrough.notCacheable("no input file", request.trace(), build);
            return;
        }
        Optional<String> refusal = refusal(request);
        if (refusal.isPresent()) {
            passThrough.notCacheable(refusal.get(), request.trace(), build);
            return;
        }
        Gathered gathered;
        try {
            gathered = inputs.gather(request, build);
        } catch (IOException e) {
            LOG.log(DEBUG, "inputs not gathered, rustc shall say why: {0}", e.toString());
            passThrough.notCacheable("an input is not there", request.trace(), build);
            return;
        }
        switch (gathered) {
            case Gathered.Refused(var reason) ->
                    passThrough.notCacheable(reason, request.trace(), build);
            case Gathered.Complete complete ->
                    compile(request, complete, source.get().digest(), build, startNanos);
        }
    }

    private static Optional<String> refusal(RustRequest request) throws IOException {
        Optional<String> odd = OddTargets.refusal(request.source(), request.targets());
        return odd.isPresent() ? odd : ManifestLints.refusal(request);
    }

    private void compile(
            RustRequest request,
            Gathered.Complete gathered,
            Digest source,
            BuildSide build,
            long startNanos)
            throws IOException, InterruptedException {
        stats.count(Counter.REQUESTS_EXECUTED);
        RustKeySet keys = keys(request, gathered, source);
        Optional<OutDirectory> outDirectory = OutDirectory.of(request);
        if (isRecache) {
            stats.count(Counter.FORCED_RECACHES);
            request.trace().because("forced recache", "CACHEPOT_RECACHE is set: no look-up");
        } else if (outDirectory.isPresent()
                && deliver(keys.direct(), outDirectory, request, build, startNanos)) {
            return;
        } else if (deliver(keys.bound(), Optional.empty(), request, build, startNanos)) {
            return;
        }
        if (remote.isEmpty()) {
            miss(request, startNanos);
            local.run(request, gathered, keys, _ -> {}, build);
            return;
        }
        compileSomewhere(remote.get(), request, gathered, keys, build, startNanos);
    }

    private void miss(RustRequest request, long startNanos) {
        request.trace().miss();
        stats.miss(LANGUAGE, System.nanoTime() - startNanos);
    }

    private void compileSomewhere(
            RustRemote remote,
            RustRequest request,
            Gathered.Complete gathered,
            RustKeySet keys,
            BuildSide build,
            long startNanos)
            throws IOException, InterruptedException {
        Optional<String> refusal = remote.refusal(request);
        if (refusal.isPresent()) {
            miss(request, startNanos);
            stats.stayedHere(refusal.get());
            request.trace().stayedHere(refusal.get());
            local.run(request, gathered, keys, _ -> {}, build);
            return;
        }
        Optional<Permit> permit = small.flatMap(each -> each.permit(RustRemote.unit(request)));
        if (permit.isPresent()) {
            miss(request, startNanos);
            request.trace().stayedHere("sooner here than on a worker");
            local.run(request, gathered, keys, _ -> {}, build, permit.get());
            return;
        }
        Optional<String> reason;
        RustLocal.Reader reader = _ -> {};
        try {
            RustRemote.Prepared prepared = remote.prepare(request, gathered);
            reader = read -> remote.learn(prepared, read);
            request.trace().lap(Phase.INPUTS);
            if (!isRecache && deliverKept(remote, prepared, gathered, keys, build)) {
                stats.hit(LANGUAGE, System.nanoTime() - startNanos);
                return;
            }
            miss(request, startNanos);
            reason = run(remote, prepared, gathered, keys, build);
        } catch (DistException e) {
            miss(request, startNanos);
            reason = Optional.of(String.valueOf(e.getMessage()));
        }
        if (reason.isPresent()) {
            stats.distFailure(reason.get());
            request.trace().stayedHere(reason.get());
            LOG.log(
                    INFO,
                    "compiled here: source={0} reason={1}",
                    request.crate().source(),
                    reason.get());
            local.run(request, gathered, keys, reader, build);
        }
    }

    /** Whether a worker had the result, and the build was answered with it. */
    private boolean deliverKept(
            RustRemote remote,
            RustRemote.Prepared prepared,
            Gathered.Complete gathered,
            RustKeySet keys,
            BuildSide build)
            throws IOException, InterruptedException {
        Optional<RemoteResult> kept = remote.findKept(prepared, build);
        if (kept.isEmpty()) {
            return false;
        }
        if (kept.get().exitCode() != 0) {
            kept.get().outputs().discard(); // no worker of ours keeps that
            return false;
        }
        Optional<String> trouble = take(prepared, kept.get(), gathered, keys, build, true);
        trouble.ifPresent(why -> LOG.log(INFO, "kept result not taken: reason={0}", why));
        return trouble.isEmpty();
    }

    /** Why it was not done; empty when it was. */
    private Optional<String> run(
            RustRemote remote,
            RustRemote.Prepared prepared,
            Gathered.Complete gathered,
            RustKeySet keys,
            BuildSide build)
            throws IOException, InterruptedException {
        RustRequest request = prepared.request();
        try {
            long began = System.nanoTime();
            RemoteResult result = remote.run(prepared, build);
            small.ifPresent(ways ->
                    ways.tookThere(
                            Duration.ofNanos(System.nanoTime() - began),
                            Duration.of(result.complete().wallMicros(), ChronoUnit.MICROS)));
            if (result.exitCode() == 0) {
                return take(prepared, result, gathered, keys, build, false);
            }
            try (var _ = result.outputs()) {
                if (prepared.isSuspicious(result)) {
                    LOG.log(
                            INFO,
                            "compile error not believed: worker={0} exit={1} source={2} stderr={3}",
                            result.worker(),
                            result.exitCode(),
                            request.crate().source(),
                            result.stderr().toUtf8().strip());
                    return Optional.of("a compile error on the worker that could be the sandbox's");
                }
                // A dependency list, which rustc leaves all the same.
                Optional<String> trouble = result.outputs().tryCommit();
                if (trouble.isPresent()) {
                    return trouble;
                }
                stats.count(Counter.COMPILE_FAILS);
                request.trace().remote(result.worker().toString());
                build.finish(result.stdout(), result.stderr(), result.exitCode());
                return Optional.empty();
            }
        } catch (DistException | IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Gives the build what a worker made.
     *
     * @param isKept whether it was made for another build before
     * @return why it was not done; empty when it was
     */
    private Optional<String> take(
            RustRemote.Prepared prepared,
            RemoteResult result,
            Gathered.Complete gathered,
            RustKeySet keys,
            BuildSide build,
            boolean isKept)
            throws IOException {
        RustRequest request = prepared.request();
        long startNanos = FileStamp.nanos(clock.instant());
        try (var outputs = result.outputs()) {
            if (outputs.size() != request.outputs().size()) {
                return Optional.of("worker " + result.worker() + " sent no " + request.outputs());
            }
            Optional<String> trouble = outputs.tryCommit();
            if (trouble.isPresent()) {
                return trouble;
            }
        }
        Optional<Result> read = keeper.read(request, result.stdout(), result.stderr(), startNanos);
        if (read.isEmpty()) {
            return Optional.of("output not read");
        }
        DependencyList list;
        try {
            list = RustKeeper.list(request, read.get());
        } catch (IOException e) {
            return Optional.of("list of inputs not read: " + e.getMessage());
        }
        Optional<String> difference = prepared.difference(list, result.stderr());
        if (difference.isPresent()) {
            return difference;
        }
        if (isKept) {
            request.trace().keptBy(result.worker().toString());
        } else {
            stats.distCompile(result.worker().toString());
            request.trace().remote(result.worker().toString());
        }
        try (var _ = pending.begin(keys.all())) {
            build.finish(result.stdout(), result.stderr(), 0);
            ahead.look(request.outputs());
            keeper.keep(
                    request,
                    gathered,
                    keys,
                    read,
                    list,
                    Optional.empty(),
                    new RustReads.Seen.Sent(prepared.sent()));
        }
        return Optional.empty();
    }

    private RustKeySet keys(RustRequest request, Gathered.Complete gathered, Digest source) {
        Digest direct =
                RustKeys.direct(
                        request.compiler().identity(),
                        gathered.parts(),
                        gathered.environment(),
                        request.cwd().toString(),
                        request.isColored(),
                        request.crate().source(),
                        source);
        request.trace()
                .keyed(
                        new KeyParts(
                                request.compiler().real().toString(),
                                request.compiler().version(),
                                request.compiler().identity(),
                                LANGUAGE,
                                gathered.parts(),
                                gathered.environment(),
                                request.cwd().toString(),
                                request.isColored(),
                                request.crate().source(),
                                source),
                        direct);
        return new RustKeySet(
                direct,
                RustKeys.bound(direct, request.outDirectory(), request.crate().diagnosticWidth()),
                source);
    }

    /** Empty when it can not be read either; rustc says it best. */
    private Optional<FileMemory.Known> source(RustRequest request) {
        try {
            return files.look(request.source());
        } catch (IOException e) {
            LOG.log(DEBUG, "source not read: {0}", e.toString());
            return Optional.empty();
        }
    }

    /**
     * Whether there was a result and it went to the build.
     *
     * @param outDirectory to be put in where its mark is; empty when there is none
     */
    private boolean deliver(
            Digest key,
            Optional<OutDirectory> outDirectory,
            RustRequest request,
            BuildSide build,
            long startNanos)
            throws IOException, InterruptedException {
        pending.await(key);
        Known known = cache.look(key, request.environment(), request.trace());
        request.trace().lap(Phase.LOOKUP);
        if (!(known instanceof Known.Result(var result))) {
            return false;
        }
        Optional<Hit> placed =
                cache.place(
                        result,
                        request.targets(),
                        request.umask(),
                        reader(request, outDirectory),
                        request.trace());
        if (placed.isEmpty()) {
            request.trace().because("result no longer in the cache", "the result is gone: evicted");
            return false;
        }
        Hit hit = placed.get();
        request.trace().hit();
        stats.hit(LANGUAGE, System.nanoTime() - startNanos);
        build.finish(
                outDirectory.map(each -> each.local(hit.stdout())).orElse(hit.stdout()),
                outDirectory.map(each -> each.local(hit.stderr())).orElse(hit.stderr()),
                0);
        ahead.look(request.outputs());
        return true;
    }

    private static Reader reader(RustRequest request, Optional<OutDirectory> outDirectory) {
        return outDirectory.isEmpty()
                ? Reader.PLAIN
                : (index, content) ->
                        request.isList(index) ? outDirectory.get().local(content) : content;
    }
}
