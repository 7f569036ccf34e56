package io.cachepot.client.coordinator;

import io.cachepot.client.explain.CompileTrace;
import io.cachepot.client.stats.Stats;
import io.cachepot.client.stats.Stats.Counter;
import java.io.IOException;

/** Leaves a command to itself, and counts why. */
final class PassThrough {
    private final Stats stats;

    PassThrough(Stats stats) {
        this.stats = stats;
    }

    /** It is no compile. */
    void notCompile(String reason, CompileTrace trace, BuildSide build) throws IOException {
        stats.count(Counter.REQUESTS_NOT_COMPILE);
        trace.passedThrough(reason);
        build.runItself();
    }

    /** It is a compile that can not be cached. */
    void notCacheable(String reason, CompileTrace trace, BuildSide build) throws IOException {
        trace.notCacheable(reason);
        stats.count(Counter.REQUESTS_NOT_CACHEABLE);
        stats.notCached(reason);
        build.runItself();
    }

    /** Its compiler can not be cached. */
    void unsupported(String reason, CompileTrace trace, BuildSide build) throws IOException {
        stats.count(Counter.REQUESTS_UNSUPPORTED_COMPILER);
        stats.notCached(reason);
        trace.passedThrough(reason);
        build.runItself();
    }

    /** There is no such compiler. */
    void notFound(CompileTrace trace, BuildSide build) throws IOException {
        trace.passedThrough("no such compiler on PATH");
        build.runItself();
    }
}
