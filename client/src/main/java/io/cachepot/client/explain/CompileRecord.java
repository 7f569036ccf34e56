package io.cachepot.client.explain;

import io.cachepot.client.stats.PhaseTimes;
import io.cachepot.protocol.Digest;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One compile that was answered. Whether its result is kept shows later, when the build has gone
 * on.
 */
final class CompileRecord {
    private final Instant at;
    private final String source;
    private final Optional<String> output;
    private final Tier tier;
    private final Exit exit;
    private final Optional<String> worker;
    private final Optional<Why> why;
    private final Optional<String> localReason;
    private final PhaseTimes times;
    private final @Nullable Digest key;

    /** Replaced by the thread that made this one with a smaller one; read by those that explain. */
    private volatile @Nullable KeyParts parts;

    /** Written by the thread that made this one; read by those that explain. */
    private volatile Kept kept;

    /** How the compiler ended. */
    sealed interface Exit {
        record Code(int code) implements Exit {}

        record Signal(int signal) implements Exit {}

        /** Nobody of us saw it. */
        record Unseen() implements Exit {}
    }

    /** What became of the result. */
    sealed interface Kept {
        /** Nothing to keep. */
        record Nothing() implements Kept {}

        record NotYet() implements Kept {}

        record Yes() implements Kept {}

        record No(String reason) implements Kept {}
    }

    CompileRecord(
            CompileTrace trace, Instant at, Tier tier, Exit exit, Optional<Why> why, Kept kept) {
        this.at = at;
        this.tier = tier;
        this.exit = exit;
        this.why = why;
        this.kept = kept;
        source = trace.source();
        output = trace.output();
        worker = trace.worker();
        localReason = trace.localReason();
        times = trace.times();
        key = trace.key().orElse(null);
        parts = trace.parts().orElse(null);
    }

    /** When the request came. */
    Instant at() {
        return at;
    }

    /** Absolute. */
    String source() {
        return source;
    }

    /** Absolute; empty where the command line was not understood. */
    Optional<String> output() {
        return output;
    }

    Tier tier() {
        return tier;
    }

    Exit exit() {
        return exit;
    }

    /** {@code host:port}. */
    Optional<String> worker() {
        return worker;
    }

    /** Why it was no hit. */
    Optional<Why> why() {
        return why;
    }

    /** Why it did not go to a worker. */
    Optional<String> localReason() {
        return localReason;
    }

    PhaseTimes times() {
        return times;
    }

    /** The direct key. */
    Optional<Digest> key() {
        return Optional.ofNullable(key);
    }

    Optional<KeyParts> parts() {
        return Optional.ofNullable(parts);
    }

    void setParts(KeyParts smaller) {
        parts = smaller;
    }

    Kept kept() {
        return kept;
    }

    void setKept(Kept now) {
        kept = now;
    }
}
