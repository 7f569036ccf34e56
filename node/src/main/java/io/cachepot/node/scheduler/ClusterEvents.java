package io.cachepot.node.scheduler;

import io.cachepot.protocol.ClusterEvent;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** What happened in the cluster lately, for those who watch it. */
public final class ClusterEvents {
    private static final int EVENTS_MAX = 4_096;
    private static final int RARE_MAX = 100;
    private static final String OF_JOBS = "job_";

    private final InstantSource clock;
    private final Object lock = new Object();

    /** The last ones, the oldest first. Guarded by {@code lock}. */
    private final ArrayDeque<ClusterEvent> events = new ArrayDeque<>();

    /** Those that are not of jobs, the oldest first. Guarded by {@code lock}. */
    private final ArrayDeque<ClusterEvent> rare = new ArrayDeque<>();

    /** Guarded by {@code lock}. */
    private long count;

    private final CopyOnWriteArrayList<Consumer<ClusterEvent>> watchers =
            new CopyOnWriteArrayList<>();

    ClusterEvents(InstantSource clock) {
        this.clock = clock;
    }

    void tell(String type, Map<String, String> facts) {
        ClusterEvent event;
        synchronized (lock) {
            event = new ClusterEvent(++count, clock.millis(), type, facts);
            if (events.size() == EVENTS_MAX) {
                events.removeFirst();
            }
            events.addLast(event);
            if (!type.startsWith(OF_JOBS)) {
                if (rare.size() == RARE_MAX) {
                    rare.removeFirst();
                }
                rare.addLast(event);
            }
        }
        watchers.forEach(watcher -> watcher.accept(event));
    }

    /** Those after event {@code number}, as far as they are kept. */
    public List<ClusterEvent> after(long number) {
        synchronized (lock) {
            return events.stream().filter(event -> event.number() > number).toList();
        }
    }

    /** The last ones that are not of jobs, the oldest first. */
    List<ClusterEvent> rare() {
        synchronized (lock) {
            return List.copyOf(rare);
        }
    }

    /**
     * Has {@code watcher} told each event from now on, in some thread; it is quick.
     *
     * @return ends it
     */
    public Runnable watch(Consumer<ClusterEvent> watcher) {
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }
}
