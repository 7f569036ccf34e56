package io.cachepot.client.cache;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.client.cache.UsageFile.Counted;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The usage of a store that several processes write to. Each adds up what it did itself and now and
 * then puts the sum into the {@link UsageFile}, where it also learns what the others did. Nobody
 * writes more than 1/256 of the limit in between, which bounds the error of each. What is lost with
 * a killed process or to a race is found when somebody counts all entries: before every eviction,
 * and once a day.
 */
final class UsageCounter {
    private static final System.Logger LOG = System.getLogger(UsageCounter.class.getName());
    private static final int SHARES = 256;
    private static final Duration SHARED_EVERY = Duration.ofSeconds(5);
    private static final Duration COUNTED_EVERY = Duration.ofDays(1);
    private static final int NOT_COUNTING = Integer.MAX_VALUE;

    private final StoreFiles files;
    private final UsageFile shared;
    private final InstantSource clock;
    private final Limits limits;

    /** Held while figures go into the file, so that none there are older than those here. */
    private final Object publishing = new Object();

    /** What the file said last. Guarded by this. */
    private Optional<Counted> base = Optional.empty();

    /** What happened here since. Guarded by this. */
    private Usage delta = Usage.NONE;

    /** The last shard that a count under way has passed. Guarded by this. */
    private int countedUpTo = NOT_COUNTING;

    /** The part of {@link #delta} that a count under way sees on the disk. Guarded by this. */
    private Usage seen = Usage.NONE;

    /** Whether everything was removed since a count began last. Guarded by this. */
    private boolean isCleared;

    /** Guarded by this. */
    private long sharedAtNanos = System.nanoTime();

    UsageCounter(StoreFiles files, Limits limits, InstantSource clock) {
        this.files = files;
        this.limits = limits;
        this.clock = clock;
        shared = new UsageFile(files);
    }

    /** Reads what others left. */
    void load() throws IOException {
        Optional<Counted> read = shared.read();
        synchronized (this) {
            base = read;
        }
    }

    synchronized Usage total() {
        return base.map(Counted::usage).orElse(Usage.NONE).plus(delta).atLeastNone();
    }

    /** Something came or went in the given shard, see {@link #passed}. */
    synchronized void add(Usage change, int shard) {
        delta = delta.plus(change);
        if (countedUpTo != NOT_COUNTING && shard > countedUpTo) {
            seen = seen.plus(change);
        }
    }

    /** Whether it is time to count all entries. A clock that went back is a reason, too. */
    synchronized boolean isCountDue() {
        return base.isEmpty()
                || Math.abs(clock.millis() - base.get().countedAtMillis())
                        > COUNTED_EVERY.toMillis();
    }

    /** Whether {@link #share} is due. */
    synchronized boolean isShareDue() {
        return Math.abs(delta.bytes()) > limits.bytesMax() / SHARES
                || System.nanoTime() - sharedAtNanos > SHARED_EVERY.toNanos();
    }

    /** Tells the others what happened here and learns what they did. */
    void share() {
        try {
            synchronized (publishing) {
                FileLocks.tryRun(files.usageLock(), this::shareLocked);
            }
        } catch (IOException e) {
            LOG.log(DEBUG, "usage not shared: reason={0}", e);
        }
    }

    private void shareLocked() throws IOException {
        Optional<Counted> read = shared.read();
        Usage told;
        synchronized (this) {
            if (countedUpTo != NOT_COUNTING) {
                return; // There will be better figures in a moment.
            }
            sharedAtNanos = System.nanoTime();
            if (read.isEmpty()) {
                base = Optional.empty();
                return;
            }
            told = delta;
        }
        var sum =
                new Counted(
                        read.get().usage().plus(told).atLeastNone(), read.get().countedAtMillis());
        if (!told.equals(Usage.NONE)) {
            shared.write(sum);
        }
        synchronized (this) {
            base = Optional.of(sum);
            delta = delta.minus(told);
            if (countedUpTo != NOT_COUNTING) {
                seen = seen.minus(told);
            }
        }
    }

    /** A count begins; shards are passed in the order of their numbers. */
    synchronized void beginCount() {
        countedUpTo = -1;
        seen = delta;
        isCleared = false;
    }

    /** A count has seen what is in {@code shard}. */
    synchronized void passed(int shard) {
        countedUpTo = shard;
    }

    /** A count came to nothing. */
    synchronized void endCount() {
        countedUpTo = NOT_COUNTING;
    }

    /**
     * A count found {@code usage}.
     *
     * @return whether that still holds: everything may have been removed since the count began
     */
    boolean counted(Usage usage) throws IOException {
        var counted = new Counted(usage, clock.millis());
        synchronized (publishing) {
            synchronized (this) {
                if (isCleared) {
                    return false;
                }
                base = Optional.of(counted);
                delta = delta.minus(seen);
                countedUpTo = NOT_COUNTING;
            }
            shared.write(counted);
            return true;
        }
    }

    /** Everything was removed. */
    void cleared() throws IOException {
        var nothing = new Counted(Usage.NONE, clock.millis());
        synchronized (publishing) {
            synchronized (this) {
                isCleared = true;
                base = Optional.of(nothing);
                delta = Usage.NONE;
            }
            shared.write(nothing);
        }
    }
}
