package io.cachepot.client.explain;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.client.explain.CompileRecord.Exit;
import io.cachepot.client.explain.CompileRecord.Kept;
import io.cachepot.client.stats.Stats;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The latest compiles, at most {@link #RECORDS_MAX}: some megabytes. */
public final class CompileLog {
    static final int RECORDS_MAX = 4096;

    /** Options and directories are few and come again and again. */
    private static final int STRINGS_MAX = 16_384;

    private static final System.Logger LOG = System.getLogger(CompileLog.class.getName());

    private final Stats stats;
    private final InstantSource clock;
    private final Instant startedAt;

    /** Newest first. Guarded by this. */
    private final ArrayDeque<CompileRecord> records = new ArrayDeque<>();

    /** Guarded by itself. */
    private final Map<String, String> strings = new HashMap<>();

    /** Guarded by this. */
    private Optional<Instant> clearedAt = Optional.empty();

    public CompileLog(Stats stats, InstantSource clock) {
        this.stats = stats;
        this.clock = clock;
        startedAt = clock.instant();
    }

    /**
     * A compile begins.
     *
     * @param arguments without argv[0]
     * @param listener is told when its build is about to be answered, by the thread that serves it
     */
    public CompileTrace begin(Path directory, List<String> arguments, Consumer<Answered> listener) {
        return new CompileTrace(this, clock.instant(), directory, arguments, listener);
    }

    /** Somebody emptied the cache. */
    public synchronized void cleared() {
        clearedAt = Optional.of(clock.instant());
    }

    /** Remembers one whose build is about to be answered, and counts what it took. */
    CompileRecord add(CompileTrace trace, Instant at, Tier tier, Exit exit, Kept kept) {
        stats.answered(tier.key());
        Optional<Why> why = trace.why();
        if (tier.isMiss()) {
            Why reason = missReason(trace);
            stats.missReason(reason.label());
            why = Optional.of(reason);
        }
        if (trace.key().isPresent()) {
            stats.phases(trace.times());
        }
        var added = new CompileRecord(trace, at, tier, exit, why, kept);
        if (!added.source().isEmpty()) {
            remember(added);
        }
        return added;
    }

    private Why missReason(CompileTrace trace) {
        Optional<Instant> cleared;
        synchronized (this) {
            cleared = clearedAt;
        }
        return new MissReason(newestFirst(), cleared).of(trace);
    }

    private synchronized void remember(CompileRecord added) {
        if (records.size() >= RECORDS_MAX) {
            records.removeLast();
        }
        records.addFirst(added);
    }

    /** All is known of one: nothing will be added. */
    void settle(CompileRecord done) {
        done.parts()
                .ifPresent(parts -> {
                    synchronized (strings) {
                        done.setParts(parts.pooled(this::pooled));
                    }
                });
        if (LOG.isLoggable(DEBUG)) {
            LOG.log(DEBUG, "served: {0}", RecordLine.of(done));
        }
    }

    private String pooled(String string) {
        if (strings.size() >= STRINGS_MAX) {
            strings.clear();
        }
        String known = strings.putIfAbsent(string, string);
        return known == null ? string : known;
    }

    synchronized List<CompileRecord> newestFirst() {
        return List.copyOf(records);
    }

    /** Compiles before it are not known. */
    Instant startedAt() {
        return startedAt;
    }
}
