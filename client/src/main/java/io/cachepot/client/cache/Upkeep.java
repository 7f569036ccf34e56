package io.cachepot.client.cache;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.client.cache.DiskStore.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/**
 * What a store does in a thread of its own: counts, evicts, and cleans up after others. Entries are
 * looked at one by one, twice when some must go; nothing is held of them but a histogram.
 */
final class Upkeep {
    private static final System.Logger LOG = System.getLogger(Upkeep.class.getName());

    /** Up to so many files a count takes no time worth saving. */
    private static final long FILES_COUNTED_ALWAYS = 2_000;

    private static final int SHARDS_SAMPLED = 4;

    /** After a count that did not see everything; a disk that fails is not to be kept busy. */
    private static final Duration REST = Duration.ofMinutes(1);

    /** While another process counts, or the directory can not be used. */
    private static final Duration REST_SHORT = Duration.ofSeconds(1);

    private final StoreFiles files;
    private final UsageCounter usage;
    private final Limits limits;
    private final InstantSource clock;

    /** The thread at work, if any. */
    private final AtomicReference<Optional<Thread>> worker =
            new AtomicReference<>(Optional.empty());

    /** Set by whoever closes, read by the thread at work. */
    private volatile boolean isClosed;

    /** Written by the thread at work, read by whoever wants a count. */
    private volatile long restUntilNanos = System.nanoTime();

    Upkeep(StoreFiles files, UsageCounter usage, Limits limits, InstantSource clock) {
        this.files = files;
        this.usage = usage;
        this.limits = limits;
        this.clock = clock;
    }

    /** Cleans up and checks what {@code usage} took over from others. */
    void startSoon() {
        runSoon(this::atStart);
    }

    /** Counts all entries, and evicts if they are too many. */
    void countSoon() {
        runSoon(this::count);
    }

    private void runSoon(FileLocks.Work work) {
        if (isClosed || System.nanoTime() - restUntilNanos < 0) {
            return;
        }
        Thread thread =
                Thread.ofPlatform().daemon().name("cache-upkeep").unstarted(() -> run(work));
        if (worker.compareAndSet(Optional.empty(), Optional.of(thread))) {
            thread.start();
        }
    }

    private void run(FileLocks.Work work) {
        try {
            work.run();
        } catch (IOException e) {
            LOG.log(DEBUG, "cache not tidied: reason={0}", e.toString());
            rest(REST_SHORT);
        } catch (RuntimeException e) {
            LOG.log(WARNING, "cache not tidied", e);
            rest(REST);
        } finally {
            worker.set(Optional.empty());
        }
    }

    private void rest(Duration time) {
        restUntilNanos = System.nanoTime() + time.toNanos();
    }

    /** Waits for what is under way, but not long. */
    void await(long millisMax) throws InterruptedException {
        Optional<Thread> thread = worker.get();
        if (thread.isPresent() && !thread.get().equals(Thread.currentThread())) {
            TimeUnit.MILLISECONDS.timedJoin(thread.get(), millisMax);
        }
    }

    void close() {
        isClosed = true;
    }

    private void atStart() throws IOException {
        if (usage.isCountDue()
                || usage.total().files() < FILES_COUNTED_ALWAYS
                || !isPlausible(usage.total().files())) {
            count();
        }
        files.dropStaleTemporaries(clock.millis());
        files.dropVersion("v1");
    }

    /** Keys are spread evenly, so a few shards tell how many entries there are in all. */
    private boolean isPlausible(long told) {
        var random = new SplittableRandom();
        long seen = 0;
        for (int i = 0; i < SHARDS_SAMPLED; i++) {
            int shard = random.nextInt(StoreFiles.SHARDS);
            for (Kind kind : Kind.values()) {
                seen += files.count(kind, shard);
            }
        }
        long estimate = seen * StoreFiles.SHARDS / SHARDS_SAMPLED;
        return estimate <= 2 * told && told <= 2 * estimate;
    }

    private void count() throws IOException {
        if (!FileLocks.tryRun(files.upkeepLock(), this::countLocked)) {
            LOG.log(DEBUG, "another process counts the cache");
            rest(REST_SHORT);
        }
    }

    private void countLocked() throws IOException {
        try {
            while (!countOnce()) {
                LOG.log(DEBUG, "the cache was cleared while it was counted");
            }
        } finally {
            usage.endCount();
        }
    }

    /**
     * Counts and evicts.
     *
     * @return false when what was counted is gone
     */
    private boolean countOnce() throws IOException {
        usage.beginCount();
        Counted counted = countAndEvict();
        if (!counted.isComplete()) {
            rest(REST);
            return true;
        }
        return usage.counted(counted.usage());
    }

    private record Counted(Usage usage, boolean isComplete) {}

    private Counted countAndEvict() {
        var ages = new AgeHistogram(clock.millis());
        boolean isComplete =
                walk((_, size, usedAt) -> ages.add(Usage.ofFile(size), usedAt), usage::passed);
        Usage all = ages.total();
        return new Counted(limits.areExceededBy(all) ? evict(ages, all) : all, isComplete);
    }

    /** Sees each entry as it is now: one that was used since it was counted stays. */
    private Usage evict(AgeHistogram ages, Usage all) {
        var cut = ages.cut(limits.target());
        var evicted = new Evicted();
        walk(
                (file, size, usedAt) -> {
                    Usage entry = Usage.ofFile(size);
                    if (cut.takes(entry, usedAt)) {
                        Files.deleteIfExists(file);
                        evicted.usage = evicted.usage.plus(entry);
                    }
                },
                _ -> {});
        LOG.log(DEBUG, "evicted: {0} of {1}", evicted.usage, all);
        return all.minus(evicted.usage);
    }

    private static final class Evicted {
        private Usage usage = Usage.NONE;
    }

    /**
     * Shows {@code visitor} all entries.
     *
     * @param passed told the number of each shard that was seen
     */
    private boolean walk(StoreFiles.Visitor visitor, IntConsumer passed) {
        boolean isComplete = true;
        for (Kind kind : Kind.values()) {
            for (int shard = 0; shard < StoreFiles.SHARDS; shard++) {
                if (isClosed) {
                    return false;
                }
                isComplete &= files.walk(kind, shard, visitor);
                passed.accept(StoreFiles.number(kind, shard));
            }
        }
        return isComplete;
    }
}
