package io.cachepot.node.scheduler;

import java.util.Comparator;
import java.util.PriorityQueue;

/** What happens, in the order of a time that costs nothing. */
final class VirtualTime {
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::number));
    private long nowNanos;
    private long count;

    private record Event(long atNanos, long number, Runnable what) {}

    long nowNanos() {
        return nowNanos;
    }

    void after(long nanos, Runnable what) {
        events.add(new Event(nowNanos + Math.max(0, nanos), count++, what));
    }

    /** Runs what happens up to {@code untilNanos}; false when nothing is left before. */
    boolean step(long untilNanos) {
        Event next = events.peek();
        if (next == null || next.atNanos > untilNanos) {
            return false;
        }
        events.remove();
        nowNanos = next.atNanos;
        next.what.run();
        return true;
    }
}
