package io.cachepot.client.explain;

import io.cachepot.client.explain.CompileRecord.Kept;
import io.cachepot.client.include.InputChange;
import io.cachepot.protocol.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Finds out why a compile was a miss, by what is known of it and of earlier ones. */
final class MissReason {
    static final String FIRST = "first compile of this source";
    static final String NOT_KEPT = "not kept the last time";
    static final String CLEARED = "cache cleared";
    static final String EVICTED = "result no longer in the cache";

    private final List<CompileRecord> earlier;
    private final Optional<Instant> clearedAt;

    /**
     * @param earlier newest first
     * @param clearedAt when somebody emptied the cache
     */
    MissReason(List<CompileRecord> earlier, Optional<Instant> clearedAt) {
        this.earlier = earlier;
        this.clearedAt = clearedAt;
    }

    Why of(CompileTrace trace) {
        return trace.why()
                .or(() -> trace.change().map(MissReason::of))
                .or(() -> trace.key().flatMap(this::sameKey))
                .or(() -> trace.parts().flatMap(parts -> nearest(trace, parts)))
                .orElseGet(() -> new Why(FIRST, "first compile of this source that is known"));
    }

    private static Why of(InputChange change) {
        return switch (change.kind()) {
            case CHANGED -> new Why("an input changed", change.path() + ": content changed");
            case APPEARED -> new Why("an input appeared", change.path() + ": appeared");
            case VANISHED -> new Why("an input vanished", change.path() + ": vanished");
            case VARIABLE ->
                    new Why(
                            "environment changed",
                            change.path() + ": has another value in the environment");
        };
    }

    /** The very same command on the very same source, and nothing is known under its key. */
    private Optional<Why> sameKey(Digest key) {
        return earlier.stream()
                .filter(each -> each.key().equals(Optional.of(key)))
                .findFirst()
                .map(this::gone);
    }

    private Why gone(CompileRecord last) {
        if (clearedAt.isPresent() && clearedAt.get().isAfter(last.at())) {
            return new Why(CLEARED, "the cache was cleared since the last compile");
        }
        return switch (last.kept()) {
            case Kept.No(var reason) ->
                    new Why(NOT_KEPT, "the result of the last compile was not kept: " + reason);
            case Kept.NotYet _ -> new Why("two at once", "the same compile was under way");
            case Kept.Nothing _, Kept.Yes _ ->
                    new Why(EVICTED, "the result is gone: evicted, or removed by somebody else");
        };
    }

    private Optional<Why> nearest(CompileTrace trace, KeyParts parts) {
        String source = trace.source();
        var same = earlier.stream().filter(each -> each.source().equals(source)).toList();
        var toSame = same.stream().filter(each -> each.output().equals(trace.output())).toList();
        return first(toSame, parts)
                .or(() -> first(same, parts).map(why -> toOther(why, trace.output())));
    }

    private static Optional<Why> first(List<CompileRecord> records, KeyParts parts) {
        return records.stream()
                .flatMap(each -> each.parts().stream())
                .findFirst()
                .flatMap(then -> Differences.of(parts, then));
    }

    private static Why toOther(Why why, Optional<String> output) {
        return new Why(
                why.label(),
                "first compile to "
                        + output.orElse("this output")
                        + "; the last one to another output differs: "
                        + why.detail());
    }
}
