package io.cachepot.client.stats;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * {@link Stats} that outlive their coordinator: written to {@code DIR/stats} every two seconds if
 * something was counted, by a thread of their own. What is shown is the sum over all coordinators
 * that used the directory. Where it can not be written they are counted in memory.
 *
 * <p>A file that was there and is gone was zeroed or folded by another coordinator; what it held no
 * longer is this one's to count, so it begins a new file with what came after.
 */
public final class KeptStats implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(KeptStats.class.getName());
    private static final Duration SAVE_EVERY = Duration.ofSeconds(2);

    /** A coordinator that is at work has written within this time. */
    private static final Duration FOLDED_AFTER = Duration.ofMinutes(1);

    private final Stats stats;
    private final TallyFiles files;
    private final InstantSource clock;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** What is in the file. Guarded by this. */
    private Tally saved = Tally.EMPTY;

    /** What is in files of others, or was zeroed. Guarded by this. */
    private Tally base = Tally.EMPTY;

    /** Guarded by this. */
    private String name = newName();

    /** Whether trouble with the directory was told. Guarded by this. */
    private boolean isTold;

    /**
     * @param directory of the cache
     */
    public KeptStats(Stats stats, Path directory, InstantSource clock) {
        this.stats = stats;
        this.clock = clock;
        files = new TallyFiles(directory.resolve("stats"));
    }

    private static String newName() {
        return UUID.randomUUID().toString();
    }

    /** Begins to write; folds what others left. */
    public void start() {
        Thread.ofPlatform().daemon().name("stats").start(this::saveNowAndThen);
    }

    private void saveNowAndThen() {
        try {
            boolean isFolded = false;
            while (!closed.await(SAVE_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                save();
                if (!isFolded) {
                    fold(Optional.empty());
                    isFolded = true;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes what was counted since the last time. */
    public synchronized void save() throws InterruptedException {
        if (saved.equals(stats.tally().minus(base))) {
            return;
        }
        attempt(() -> {
            disown();
            Tally now = stats.tally().minus(base);
            if (!now.isEmpty()) {
                files.write(name, now);
            }
            saved = now;
        });
    }

    /** Begins a new file when somebody took over what is in ours. */
    private void disown() throws IOException {
        if (!saved.isEmpty() && !files.isThere(name)) {
            base = base.plus(saved);
            saved = Tally.EMPTY;
            name = newName();
        }
    }

    private synchronized void fold(Optional<String> own) throws InterruptedException {
        attempt(() -> files.fold(own, clock.instant().minus(FOLDED_AFTER)));
    }

    /**
     * Trouble with the disk costs memory of what happened and nothing else. Where results can not
     * be written either the user is warned of that.
     */
    private void attempt(TallyFiles.Work work) throws InterruptedException {
        try {
            files.locked(work);
            isTold = false;
        } catch (IOException e) {
            LOG.log(
                    isTold ? DEBUG : INFO,
                    "statistics not written, they are kept in memory: {0}",
                    e.toString());
            isTold = true;
        }
    }

    /** Of all coordinators that use this directory. */
    public synchronized Tally tally() throws InterruptedException {
        attempt(this::disown);
        Tally own = stats.tally().minus(base);
        try {
            return own.plus(files.read().without(name));
        } catch (IOException e) {
            LOG.log(DEBUG, "statistics of others not read: {0}", e.toString());
            return own;
        }
    }

    /** Forgets what any of them counted. */
    public synchronized void zero() throws InterruptedException {
        stats.zero();
        saved = Tally.EMPTY;
        base = Tally.EMPTY;
        name = newName();
        attempt(files::clear);
    }

    /** Writes what is not written yet. */
    @Override
    public void close() {
        closed.countDown();
        try {
            save();
            fold(Optional.of(name()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized String name() {
        return name;
    }
}
