package io.cachepot.client.stats;

import java.util.EnumMap;
import java.util.Map;

/** How long each phase of one compile took. Written by one thread. */
public final class PhaseTimes {
    private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);

    public void add(Phase phase, long elapsedNanos) {
        nanos.merge(phase, elapsedNanos, Long::sum);
    }

    /** Zero for one that did not happen. */
    public long nanos(Phase phase) {
        return nanos.getOrDefault(phase, 0L);
    }
}
