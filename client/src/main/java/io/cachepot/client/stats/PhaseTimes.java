package io.cachepot.client.stats;

/** How long each phase of one compile took. */
public final class PhaseTimes {
    private final long[] nanos = new long[Phase.values().length];

    public void add(Phase phase, long elapsedNanos) {
        nanos[phase.ordinal()] += elapsedNanos;
    }

    /** Zero for one that did not happen. */
    public long nanos(Phase phase) {
        return nanos[phase.ordinal()];
    }
}
