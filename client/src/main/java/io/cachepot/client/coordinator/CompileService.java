package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.client.compiler.Compiler.Family;
import io.cachepot.client.compiler.CompilerInvocation.Trait;
import io.cachepot.client.compiler.HostCpu;
import io.cachepot.client.coordinator.CompileCache.Hit;
import io.cachepot.client.coordinator.CompileCache.Known;
import io.cachepot.client.coordinator.CompileCache.Reader;
import io.cachepot.client.dist.DistException;
import io.cachepot.client.include.FileMemory;
import io.cachepot.client.include.FileStamp;
import io.cachepot.client.include.InputCollector.Collected;
import io.cachepot.client.include.SearchPath;
import io.cachepot.client.key.CompileKeys;
import io.cachepot.client.stats.Phase;
import io.cachepot.client.stats.Stats;
import io.cachepot.client.stats.Stats.Counter;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One cacheable compile: from the cache, else on a worker, else here. */
final class CompileService {
    private static final System.Logger LOG = System.getLogger(CompileService.class.getName());

    /** A source that was unpacked or generated just now settles in a moment. */
    private static final int LISTS_MAX = 2;

    private final FileMemory files;
    private final InputFinder finder;
    private final CompileCache cache;
    private final PendingStores pending;
    private final LocalCompile local;
    private final Optional<RemoteCompile> remote;
    private final Optional<SmallCompiles> small;
    private final Stats stats;
    private final PassThrough passThrough;
    private final InstantSource clock;
    private final List<Path> basedirs;
    private final boolean isRecache;

    /**
     * @param remote empty when no scheduler is configured
     * @param small which compiles are done here all the same; empty for none
     * @param basedirs below which results may serve in other places
     * @param isRecache whether every look-up is a miss
     */
    CompileService(
            FileMemory files,
            InputFinder finder,
            CompileCache cache,
            PendingStores pending,
            LocalCompile local,
            Optional<RemoteCompile> remote,
            Optional<SmallCompiles> small,
            Stats stats,
            InstantSource clock,
            List<Path> basedirs,
            boolean isRecache) {
        this.files = files;
        this.finder = finder;
        this.cache = cache;
        this.pending = pending;
        this.local = local;
        this.remote = remote;
        this.small = small;
        this.stats = stats;
        this.passThrough = new PassThrough(stats);
        this.clock = clock;
        this.basedirs = List.copyOf(basedirs);
        this.isRecache = isRecache;
    }

    /** Does it, and ends {@code build} in one way or another. */
    void compile(CompileRequest request, BuildSide build) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        Optional<String> refusal = refusal(request);
        if (refusal.isPresent()) {
            passThrough.notCacheable(refusal.get(), request.trace(), build);
            return;
        }
        Optional<FileMemory.Known> source = source(request);
        if (source.isEmpty()) {
            passThrough.notCacheable("no input file", request.trace(), build);
            return;
        }
        Optional<String> odd = OddTargets.refusal(request.source(), request.targets());
        if (odd.isPresent()) {
            passThrough.notCacheable(odd.get(), request.trace(), build);
            return;
        }
        stats.count(Counter.REQUESTS_EXECUTED);
        Digest direct =
                CompileKeys.direct(
                        request.compiler(),
                        request.invocation(),
                        request.cwd().toString(),
                        request.environment(),
                        request.isColored(),
                        source.get().digest());
        request.trace().keyed(request.keyParts(source.get().digest()), direct);
        Known known = look(direct, request);
        LOG.log(
                DEBUG,
                "looked up: source={0} key={1} known={2}",
                request.invocation().source(),
                direct,
                known);
        if (known instanceof Known.Result(var result)
                && deliver(result, request, Reader.PLAIN, build, startNanos)) {
            return;
        }
        if (known instanceof Known.Result) {
            request.trace().because("result no longer in the cache", "the result is gone: evicted");
        }
        Optional<Elsewhere> elsewhere = Elsewhere.of(basedirs, request, source.get().digest());
        if (elsewhere.isPresent() && deliver(elsewhere.get(), request, build, startNanos)) {
            return;
        }
        var key = new CompileKey(direct, elsewhere, source.get().digest());
        if (remote.isEmpty() && !(known instanceof Known.Indirect)) {
            miss(request, startNanos);
            local.run(request, key, build);
            return;
        }
        Optional<LocalPermits.Permit> permit = permitIfSmall(request, known);
        if (permit.isPresent()) {
            miss(request, startNanos);
            request.trace().stayedHere("sooner here than on a worker");
            local.run(request, key, build, permit.get());
            return;
        }
        compileKnowingInputs(request, key, known, build, startNanos);
    }

    private Optional<LocalPermits.Permit> permitIfSmall(CompileRequest request, Known known) {
        return known instanceof Known.Indirect
                ? Optional.empty()
                : small.flatMap(each -> each.permit(request.unit()));
    }

    /** What the command line alone does not tell. */
    private static Optional<String> refusal(CompileRequest request) {
        if (request.invocation().has(Trait.SAVE_TEMPS)
                && request.compiler().family() == Family.CLANG) {
            return Optional.of("-save-temps of clang");
        }
        if (request.invocation().has(Trait.GCC_SUFFIX)
                && request.compiler().family() == Family.CLANG) {
            return Optional.of("unknown source language");
        }
        return request.invocation().has(Trait.NATIVE_CPU) && HostCpu.identity().isEmpty()
                ? Optional.of("an option asks for this machine's processor")
                : Optional.empty();
    }

    /** Empty when it can not be read either; the compiler says it best. */
    private Optional<FileMemory.Known> source(CompileRequest request) {
        try {
            return files.look(request.source());
        } catch (IOException e) {
            LOG.log(DEBUG, "source not read: {0}", e.toString());
            return Optional.empty();
        }
    }

    private Known look(Digest direct, CompileRequest request) throws InterruptedException {
        if (isRecache) {
            stats.count(Counter.FORCED_RECACHES);
            request.trace().because("forced recache", "CACHEPOT_RECACHE is set: no look-up");
            return new Known.Nothing();
        }
        pending.await(direct);
        Known known = cache.look(direct, request.environment(), request.trace());
        request.trace().lap(Phase.LOOKUP);
        return known;
    }

    private void miss(CompileRequest request, long startNanos) {
        request.trace().miss();
        stats.miss(request.invocation().language().spelling(), System.nanoTime() - startNanos);
    }

    /** Whether a result of another place serves here. */
    private boolean deliver(
            Elsewhere elsewhere, CompileRequest request, BuildSide build, long startNanos)
            throws IOException, InterruptedException {
        if (isRecache) {
            return false;
        }
        pending.await(elsewhere.direct());
        return cache.look(
                                elsewhere.direct(),
                                elsewhere.relocation()::local,
                                request.environment(),
                                request.trace())
                        instanceof Known.Result(var result)
                && deliver(result, request, elsewhere.reader(request), build, startNanos);
    }

    /** Whether there was a result and it went to the build. */
    private boolean deliver(
            Digest result, CompileRequest request, Reader reader, BuildSide build, long startNanos)
            throws IOException {
        Optional<Hit> placed =
                cache.place(result, request.targets(), request.umask(), reader, request.trace());
        if (placed.isEmpty()) {
            return false;
        }
        Hit hit = placed.get();
        request.trace().hit();
        stats.hit(request.invocation().language().spelling(), System.nanoTime() - startNanos);
        build.finish(hit.stdout(), hit.stderr(), 0);
        return true;
    }

    /** The list of inputs is needed first: a worker gets them, or they alone can prove a hit. */
    private void compileKnowingInputs(
            CompileRequest request, CompileKey key, Known known, BuildSide build, long startNanos)
            throws IOException, InterruptedException {
        Optional<SearchPath> search = finder.searchPath(request, build);
        // What was found by reading can not be compared with what was listed before.
        boolean mayRead = !(known instanceof Known.Indirect);
        Collected collected = list(request, search, mayRead, build);
        for (int i = 0; i < LISTS_MAX && collected instanceof Collected.Unsettled; i++) {
            TimeUnit.NANOSECONDS.sleep(FileStamp.GRANULARITY_NANOS);
            collected = list(request, search, mayRead, build);
        }
        request.trace().lap(Phase.INPUTS);
        if (!(collected instanceof Collected.Complete inputs) || search.isEmpty()) {
            miss(request, startNanos);
            local.run(request, key, build);
            return;
        }
        Digest result = CompileKeys.result(key.direct(), inputs.inputs());
        if (!isRecache && deliver(result, request, Reader.PLAIN, build, startNanos)) {
            cache.remember(key.direct(), inputs, result);
            return;
        }
        if (remote.isEmpty()) {
            miss(request, startNanos);
            local.run(request, key, build);
            return;
        }
        compileOnWorker(remote.get(), request, key, inputs, search.get(), build, startNanos);
    }

    private void compileOnWorker(
            RemoteCompile remote,
            CompileRequest request,
            CompileKey key,
            Collected.Complete inputs,
            SearchPath search,
            BuildSide build,
            long startNanos)
            throws IOException, InterruptedException {
        Optional<String> reason = remote.refusal(request, inputs);
        Optional<RemoteCompile.Prepared> prepared = Optional.empty();
        if (reason.isEmpty()) {
            try {
                prepared = Optional.of(remote.prepare(request, key, inputs, search, build));
            } catch (DistException e) {
                reason = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        if (!isRecache && prepared.isPresent() && remote.deliverKept(prepared.get(), build)) {
            stats.hit(request.invocation().language().spelling(), System.nanoTime() - startNanos);
            return;
        }
        miss(request, startNanos);
        if (prepared.isPresent()) {
            reason = remote.run(prepared.get(), build);
        }
        if (reason.isPresent()) {
            stayedHere(request, reason.get());
            local.run(request, key, build);
        }
    }

    private void stayedHere(CompileRequest request, String why) {
        stats.distFailure(why);
        request.trace().stayedHere(why);
        LOG.log(
                System.Logger.Level.INFO,
                "compiled here: source={0} reason={1}",
                request.invocation().source(),
                why);
    }

    private Collected list(
            CompileRequest request, Optional<SearchPath> search, boolean mayRead, BuildSide build)
            throws IOException, InterruptedException {
        long listedAt = FileStamp.nanos(clock.instant());
        if (mayRead && search.isPresent()) {
            Optional<Collected.Complete> read = finder.read(request, search.get(), listedAt);
            if (read.isPresent()) {
                return read.get();
            }
        }
        return finder.collect(
                request, finder.dependencies(request, build), Optional.empty(), search, listedAt);
    }
}
