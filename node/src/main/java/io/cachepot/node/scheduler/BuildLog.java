package io.cachepot.node.scheduler;

import io.cachepot.protocol.BuildDetails;
import io.cachepot.protocol.BuildDetails.Counts;
import io.cachepot.protocol.SeenBuild;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The latest builds, as clients tell of them to each scheduler; in memory alone, for people. What a
 * client says of itself is believed: nothing is decided by it.
 */
final class BuildLog {
    private static final int BUILDS_MAX = 200;

    /** So that a client that begins builds without end pushes out its own. */
    private static final int BUILDS_OF_CLIENT_MAX = 25;

    /** A build that is over is not told of any more, and is shown for so long. */
    private static final Duration SHOWN = Duration.ofHours(12);

    private final LongSupplier nanoTime;

    /** By its id; the one that was told of last is the last. Guarded by this. */
    private final LinkedHashMap<String, Told> builds = new LinkedHashMap<>();

    /** Guarded by this. */
    private Counts total = Counts.NONE;

    private record Told(BuildDetails build, long atNanos) {}

    BuildLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized void add(BuildDetails build) {
        long now = nanoTime.getAsLong();
        Told before = builds.remove(build.build());
        Counts known = before == null ? Counts.NONE : before.build().counts();
        total = total.plus(build.counts().minus(known));
        builds.put(build.build(), new Told(build, now));
        if (before == null) {
            makeRoom(build.client(), now);
        }
    }

    private void makeRoom(String client, long now) {
        long ofClient =
                builds.values().stream()
                        .filter(told -> told.build().client().equals(client))
                        .count();
        boolean isOneTooMany = ofClient > BUILDS_OF_CLIENT_MAX;
        Iterator<Told> oldestFirst = builds.values().iterator();
        while (oldestFirst.hasNext()) {
            Told told = oldestFirst.next();
            if (isOneTooMany && told.build().client().equals(client)) {
                oldestFirst.remove();
                isOneTooMany = false;
            } else if (builds.size() > BUILDS_MAX || now - told.atNanos() > SHOWN.toNanos()) {
                oldestFirst.remove();
            }
        }
    }

    /** The one that was told of last is the first; without their lists. */
    synchronized List<SeenBuild> latest() {
        var latest = new ArrayList<SeenBuild>();
        for (Told told : builds.sequencedValues().reversed()) {
            latest.add(new SeenBuild(told.build().summary(), heardMillis(told)));
        }
        return latest;
    }

    /** All of one; empty when it is not known, or no longer. */
    synchronized Optional<SeenBuild> find(String build) {
        return Optional.ofNullable(builds.get(build))
                .map(told -> new SeenBuild(told.build(), heardMillis(told)));
    }

    private long heardMillis(Told told) {
        return Duration.ofNanos(nanoTime.getAsLong() - told.atNanos()).toMillis();
    }

    /** Compiles of all builds that were told of since the start. */
    synchronized Counts total() {
        return total;
    }
}
