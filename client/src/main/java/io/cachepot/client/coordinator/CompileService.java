package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.client.coordinator.CompileCache.Hit;
import io.cachepot.client.coordinator.CompileCache.Known;
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
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
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
    private final Stats stats;
    private final InstantSource clock;
    private final boolean isRecache;

    /**
     * @param remote empty when no scheduler is configured
     * @param isRecache whether every look-up is a miss
     */
    CompileService(
            FileMemory files,
            InputFinder finder,
            CompileCache cache,
            PendingStores pending,
            LocalCompile local,
            Optional<RemoteCompile> remote,
            Stats stats,
            InstantSource clock,
            boolean isRecache) {
        this.files = files;
        this.finder = finder;
        this.cache = cache;
        this.pending = pending;
        this.local = local;
        this.remote = remote;
        this.stats = stats;
        this.clock = clock;
        this.isRecache = isRecache;
    }

    /** Does it, and ends {@code build} in one way or another. */
    void compile(CompileRequest request, BuildSide build) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        Optional<FileMemory.Known> source = source(request);
        if (source.isEmpty()) {
            passThrough("no input file", request, build);
            return;
        }
        if (hasOddTarget(request)) {
            passThrough("output is not a regular file", request, build);
            return;
        }
        if (isWrittenTwice(request)) {
            passThrough("output is the source or another output", request, build);
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
        if (known instanceof Known.Result(var key) && deliver(key, request, build, startNanos)) {
            return;
        }
        if (known instanceof Known.Result) {
            request.trace().because("result no longer in the cache", "the result is gone: evicted");
        }
        if (remote.isEmpty() && !(known instanceof Known.Indirect)) {
            miss(request, startNanos);
            local.run(request, direct, build);
            return;
        }
        compileKnowingInputs(request, direct, build, startNanos);
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
        Known known = cache.look(direct, request.trace());
        request.trace().lap(Phase.LOOKUP);
        return known;
    }

    private void miss(CompileRequest request, long startNanos) {
        request.trace().miss();
        stats.miss(request.invocation().language(), System.nanoTime() - startNanos);
    }

    private void passThrough(String reason, CompileRequest request, BuildSide build)
            throws IOException {
        request.trace().notCacheable(reason);
        stats.count(Counter.REQUESTS_NOT_CACHEABLE);
        stats.notCached(reason);
        build.runItself();
    }

    /** A compiler writes into a device or fails on a directory; a rename would replace them. */
    private static boolean hasOddTarget(CompileRequest request) {
        for (Path target : request.outputs()) {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(target)) {
                return true;
            }
        }
        return false;
    }

    /** A compiler refuses to overwrite its source, or the last one to write wins. */
    private static boolean isWrittenTwice(CompileRequest request) throws IOException {
        var files = new ArrayList<Path>(List.of(request.source()));
        for (Path target : request.outputs()) {
            for (Path file : files) {
                if (target.normalize().equals(file.normalize())
                        || (Files.exists(target)
                                && Files.exists(file)
                                && Files.isSameFile(target, file))) {
                    return true;
                }
            }
            files.add(target);
        }
        return false;
    }

    /** Whether there was a result and it went to the build. */
    private boolean deliver(Digest key, CompileRequest request, BuildSide build, long startNanos)
            throws IOException {
        Optional<Hit> opened;
        try {
            opened = cache.open(key, request.outputs(), request.umask(), request.trace());
        } catch (IOException e) {
            request.trace().because("outputs not written", "outputs not written: " + e);
            LOG.log(DEBUG, "outputs not written, the compiler shall say why: {0}", e.toString());
            return false;
        }
        if (opened.isEmpty()) {
            return false;
        }
        Hit hit = opened.get();
        try (var outputs = hit.outputs()) {
            outputs.commit();
        } catch (IOException e) {
            request.trace().because("outputs not written", "outputs not placed: " + e);
            LOG.log(DEBUG, "outputs not placed, the compiler shall say why: {0}", e.toString());
            return false;
        }
        request.trace().hit();
        stats.hit(request.invocation().language(), System.nanoTime() - startNanos);
        build.finish(hit.stdout(), hit.stderr(), 0);
        return true;
    }

    /** The list of inputs is needed first: a worker gets them, or they alone can prove a hit. */
    private void compileKnowingInputs(
            CompileRequest request, Digest direct, BuildSide build, long startNanos)
            throws IOException, InterruptedException {
        Optional<SearchPath> search = finder.searchPath(request, build);
        Collected collected = list(request, search, build);
        for (int i = 0; i < LISTS_MAX && collected instanceof Collected.Unsettled; i++) {
            TimeUnit.NANOSECONDS.sleep(FileStamp.GRANULARITY_NANOS);
            collected = list(request, search, build);
        }
        request.trace().lap(Phase.INPUTS);
        if (!(collected instanceof Collected.Complete inputs) || search.isEmpty()) {
            miss(request, startNanos);
            local.run(request, direct, build);
            return;
        }
        Digest key = CompileKeys.result(direct, inputs.inputs());
        if (!isRecache && deliver(key, request, build, startNanos)) {
            cache.remember(direct, inputs, key);
            return;
        }
        miss(request, startNanos);
        if (!runRemote(request, direct, inputs, search.get(), build)) {
            local.run(request, direct, build);
        }
    }

    private Collected list(CompileRequest request, Optional<SearchPath> search, BuildSide build)
            throws IOException, InterruptedException {
        long listedAt = FileStamp.nanos(clock.instant());
        return finder.collect(request, finder.dependencies(request, build), search, listedAt);
    }

    private boolean runRemote(
            CompileRequest request,
            Digest direct,
            Collected.Complete inputs,
            SearchPath search,
            BuildSide build)
            throws IOException, InterruptedException {
        if (remote.isEmpty()) {
            return false;
        }
        Optional<String> reason = remote.get().refusal(request);
        if (reason.isEmpty()) {
            reason = remote.get().run(request, direct, inputs, search, build);
        }
        reason.ifPresent(why -> {
            stats.distFailure(why);
            request.trace().stayedHere(why);
            LOG.log(
                    System.Logger.Level.INFO,
                    "compiled here: source={0} reason={1}",
                    request.invocation().source(),
                    why);
        });
        return reason.isEmpty();
    }
}
