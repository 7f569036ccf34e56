package io.cachepot.client.builds;

import io.cachepot.client.explain.Answered;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * The latest builds: compiles that one process drives, {@code make} say, without a long pause. Safe
 * for threads.
 */
public final class Builds {
    private static final int BUILDS_MAX = 16;

    /** Some megabytes. */
    static final int COMPILES_MAX = 16_384;

    /** How often it is looked whether processes are still there. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final int PARENTS_MAX = 1_024;

    private final ProcessTree processes;
    private final InstantSource clock;
    private final LongSupplier nanoTime;

    /** The latest first. Guarded by this. */
    private final ArrayDeque<Build> builds = new ArrayDeque<>();

    /**
     * Who drives the builds of those that ask for compiles, while something is built: a parent asks
     * for many. Guarded by this.
     */
    private final Map<Integer, BuildProcess> drivers = new HashMap<>();

    /** Guarded by this. */
    private long lookedNanos;

    public Builds(InstantSource clock, LongSupplier nanoTime) {
        this(new ProcessTree(Path.of("/proc")), clock, nanoTime);
    }

    Builds(ProcessTree processes, InstantSource clock, LongSupplier nanoTime) {
        this.processes = processes;
        this.clock = clock;
        this.nanoTime = nanoTime;
        lookedNanos = nanoTime.getAsLong();
    }

    /** One compile of a build; closed when its wrapper has gone. */
    public final class Running implements AutoCloseable {
        private final Build build;

        private Running(Build build) {
            this.build = build;
        }

        public void answered(Answered compile) {
            synchronized (Builds.this) {
                build.answered(compile, isRoom(build));
            }
        }

        @Override
        public void close() {
            synchronized (Builds.this) {
                build.end(nanoTime.getAsLong());
            }
        }
    }

    /**
     * A compile begins.
     *
     * @param parent the process that asked for it
     * @param session of that
     * @param directory of the compile
     */
    public synchronized Running begin(int parent, int session, Path directory) {
        long now = nanoTime.getAsLong();
        lookIfDue(now);
        BuildProcess driver =
                drivers.computeIfAbsent(parent, _ -> processes.driver(parent, session, directory));
        Build build = build(driver, now);
        build.begin();
        return new Running(build);
    }

    private Build build(BuildProcess driver, long now) {
        for (Build build : builds) {
            if (!build.isOver() && build.process().isSameAs(driver)) {
                return build;
            }
        }
        if (builds.size() == BUILDS_MAX) {
            builds.removeLast();
        }
        String id = UUID.randomUUID().toString().replace("-", "");
        var begun = new Build(id, driver, clock.instant(), now);
        builds.addFirst(begun);
        return begun;
    }

    /** Makes it, at the expense of older builds. */
    private boolean isRoom(Build build) {
        int kept = builds.stream().mapToInt(Build::kept).sum();
        while (kept >= COMPILES_MAX) {
            Build oldest = oldestWithCompiles();
            if (oldest == build) {
                return false;
            }
            kept -= oldest.kept();
            oldest.forgetCompiles();
        }
        return true;
    }

    private Build oldestWithCompiles() {
        Build oldest = builds.getFirst();
        for (Build build : builds) {
            oldest = build.kept() > 0 ? build : oldest;
        }
        return oldest;
    }

    /** Looks when it is time, or when too much is remembered since. */
    private void lookIfDue(long now) {
        if (now - lookedNanos > LOOK.toNanos() || drivers.size() >= PARENTS_MAX) {
            look(now);
        }
    }

    /** Finds out which ones are over. */
    private void look(long now) {
        lookedNanos = now;
        drivers.clear();
        for (Build build : builds) {
            if (!build.isOver() && isOver(build, now)) {
                build.over();
            }
        }
    }

    private boolean isOver(Build build, long now) {
        return build.isPaused(now) || (build.isIdle() && !processes.isThere(build.process()));
    }

    /** The latest first, without their compiles one by one. */
    public synchronized List<BuildView> summaries() {
        look(nanoTime.getAsLong());
        return builds.stream().map(Build::summary).toList();
    }

    /**
     * One of the latest.
     *
     * @param number 1 is the one that began last
     */
    public synchronized Optional<BuildView> latest(int number) {
        look(nanoTime.getAsLong());
        return builds.stream().skip(number - 1L).findFirst().map(Build::view);
    }
}
