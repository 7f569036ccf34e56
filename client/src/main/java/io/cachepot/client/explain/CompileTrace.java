package io.cachepot.client.explain;

import io.cachepot.client.explain.CompileRecord.Exit;
import io.cachepot.client.explain.CompileRecord.Kept;
import io.cachepot.client.include.InputChange;
import io.cachepot.client.stats.Phase;
import io.cachepot.client.stats.PhaseTimes;
import io.cachepot.protocol.Digest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is learned of one compile while it is served, by the thread that serves it. It becomes a
 * record when its build is answered; closing it is the end.
 */
public final class CompileTrace implements AutoCloseable {
    private final CompileLog log;
    private final Instant at;
    private final Path directory;
    private final List<String> arguments;
    private final PhaseTimes times = new PhaseTimes();
    private final long beganNanos = System.nanoTime();
    private final Consumer<Answered> listener;
    private long lapNanos = beganNanos;
    private @Nullable Path source;
    private @Nullable Path output;
    private @Nullable KeyParts parts;
    private @Nullable Digest key;
    private @Nullable InputChange change;
    private @Nullable Why why;
    private @Nullable String worker;
    private @Nullable String localReason;
    private Tier tier = Tier.BROKEN_OFF;
    private @Nullable CompileRecord ended;

    CompileTrace(
            CompileLog log,
            Instant at,
            Path directory,
            List<String> arguments,
            Consumer<Answered> listener) {
        this.log = log;
        this.listener = listener;
        this.at = at;
        this.directory = directory;
        this.arguments = arguments;
    }

    /** The command line was understood; {@code output} is the first of what it writes, if any. */
    public void understood(Path source, Optional<Path> output) {
        this.source = source;
        this.output = output.orElse(null);
    }

    /** Its direct key is known. */
    public void keyed(KeyParts parts, Digest key) {
        this.parts = parts;
        this.key = key;
        lap(Phase.KEY);
    }

    /** What went on since the last lap was {@code phase}. */
    public void lap(Phase phase) {
        long now = System.nanoTime();
        times.add(phase, now - lapNanos);
        lapNanos = now;
    }

    /**
     * There was a result under its key, and this is why it does not fit; the newest comes first.
     */
    public void changed(InputChange change) {
        if (this.change == null) {
            this.change = change;
        }
    }

    /** Why it is not a hit; what is said first counts. */
    public void because(String label, String detail) {
        if (why == null) {
            why = new Why(label, detail);
        }
    }

    public void hit() {
        tier = Tier.HIT;
        lap(Phase.DELIVER);
    }

    /** A worker had the result. */
    public void keptBy(String worker) {
        tier = Tier.CLUSTER;
        this.worker = worker;
        lap(Phase.DELIVER);
    }

    public void miss() {
        tier = Tier.HERE;
    }

    public void remote(String worker) {
        tier = Tier.REMOTE;
        this.worker = worker;
    }

    /** It was to go to a worker and is done here. */
    public void stayedHere(String reason) {
        localReason = reason;
    }

    public void notCacheable(String reason) {
        tier = Tier.NOT_CACHEABLE;
        because(reason, reason);
    }

    public void passedThrough(String reason) {
        tier = Tier.PASSED_THROUGH;
        because(reason, reason);
    }

    /** The build is about to learn the exit code. */
    public void exited(int code) {
        end(new Exit.Code(code));
    }

    /** The build is about to die of a signal, as the compiler did. */
    public void died(int signal) {
        end(new Exit.Signal(signal));
    }

    /** The command is left to itself. */
    public void leftAlone() {
        end(new Exit.Unseen());
    }

    private void end(Exit exit) {
        if (ended == null) {
            ended = log.add(this, at, tier, exit, keptAfter(exit));
            listener.accept(answered(ended));
        }
    }

    private Answered answered(CompileRecord record) {
        return new Answered(
                beganNanos,
                System.nanoTime(),
                record.source(),
                record.tier(),
                !(record.exit() instanceof Exit.Unseen) && !record.exit().equals(new Exit.Code(0)),
                record.worker(),
                record.why().map(Why::label),
                record.localReason(),
                times);
    }

    private Kept keptAfter(Exit exit) {
        if (!tier.isMiss() && tier != Tier.CLUSTER) {
            return new Kept.Nothing();
        }
        return switch (exit) {
            case Exit.Code(int code) when code == 0 -> new Kept.NotYet();
            case Exit.Code _, Exit.Signal _ -> new Kept.No("a failed compile is not kept");
            case Exit.Unseen _ -> new Kept.No("the compiler was left to itself");
        };
    }

    /** Its result is in the cache. */
    public void stored(long elapsedNanos) {
        times.add(Phase.STORE, elapsedNanos);
        kept(new Kept.Yes());
    }

    public void notStored(String reason) {
        kept(new Kept.No(reason));
    }

    private void kept(Kept kept) {
        if (ended != null) {
            ended.setKept(kept);
        }
    }

    @Override
    public void close() {
        if (ended == null) {
            tier = Tier.BROKEN_OFF;
            because("broken off", "the build went away, or the coordinator failed: see its log");
            end(new Exit.Unseen());
        }
        if (ended != null) {
            log.settle(ended);
        }
    }

    /** Absolute; empty where there seems to be none. */
    String source() {
        if (source != null) {
            return source.normalize().toString();
        }
        return SourceNames.guess(arguments)
                .map(name -> directory.resolve(name).normalize().toString())
                .orElse("");
    }

    Optional<String> output() {
        return Optional.ofNullable(output).map(path -> path.normalize().toString());
    }

    Optional<KeyParts> parts() {
        return Optional.ofNullable(parts);
    }

    Optional<Digest> key() {
        return Optional.ofNullable(key);
    }

    Optional<InputChange> change() {
        return Optional.ofNullable(change);
    }

    Optional<Why> why() {
        return Optional.ofNullable(why);
    }

    Optional<String> worker() {
        return Optional.ofNullable(worker);
    }

    Optional<String> localReason() {
        return Optional.ofNullable(localReason);
    }

    PhaseTimes times() {
        return times;
    }
}
