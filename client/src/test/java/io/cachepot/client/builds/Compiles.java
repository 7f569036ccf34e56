package io.cachepot.client.builds;

import io.cachepot.client.explain.Answered;
import io.cachepot.client.explain.Tier;
import io.cachepot.client.stats.Phase;
import io.cachepot.client.stats.PhaseTimes;
import java.util.Optional;

/** Compiles that never were. */
final class Compiles {
    static final long MILLI = 1_000_000;

    private Compiles() {}

    static Answered hit(String source, long fromMillis, long toMillis) {
        return of(source, Tier.HIT, fromMillis, toMillis, Optional.empty(), false);
    }

    static Answered here(String source, long fromMillis, long toMillis) {
        return of(source, Tier.HERE, fromMillis, toMillis, Optional.empty(), false);
    }

    static Answered failed(String source, long fromMillis, long toMillis) {
        return of(source, Tier.HERE, fromMillis, toMillis, Optional.empty(), true);
    }

    static Answered remote(String source, long fromMillis, long toMillis, String worker) {
        return of(source, Tier.REMOTE, fromMillis, toMillis, Optional.of(worker), false);
    }

    private static Answered of(
            String source,
            Tier tier,
            long fromMillis,
            long toMillis,
            Optional<String> worker,
            boolean isFailed) {
        var times = new PhaseTimes();
        times.add(Phase.KEY, MILLI);
        times.add(tier == Tier.HIT ? Phase.DELIVER : Phase.COMPILE, MILLI);
        times.add(Phase.STORE, 50 * MILLI);
        return new Answered(
                fromMillis * MILLI,
                toMillis * MILLI,
                source,
                tier,
                isFailed,
                worker,
                tier.isMiss() ? Optional.of("not seen before") : Optional.empty(),
                tier == Tier.HERE ? Optional.of("sooner here than on a worker") : Optional.empty(),
                times);
    }
}
