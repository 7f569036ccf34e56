package io.cachepot.client.builds;

import io.cachepot.client.explain.Answered;
import io.cachepot.client.explain.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** One build as it goes on. Not for several threads. */
final class Build {
    /** What the same process does after a longer pause is another build. */
    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);

    private static final int SLOWEST_MAX = 10;
    private static final int LABELS_MAX = 100;
    private static final String OTHER = "other";

    private final String id;
    private final BuildProcess process;
    private final Instant startedAt;
    private final long startedNanos;

    private final Map<Tier, Integer> tiers = new EnumMap<>(Tier.class);
    private final Map<String, Long> missReasons = new HashMap<>();
    private final Map<String, Long> refusals = new HashMap<>();
    private final Map<String, Long> localReasons = new HashMap<>();
    private final Map<String, BuildView.Place> workers = new HashMap<>();
    private final List<Answered> compiles = new ArrayList<>();

    /** The fastest of them first, which is the next to go. */
    private final PriorityQueue<Answered> slowest =
            new PriorityQueue<>(Comparator.comparingLong(Answered::elapsedNanos));

    private int running;
    private int failed;
    private long elapsedNanos;
    private long leftOut;
    private long lastNanos;
    private boolean isOver;

    Build(String id, BuildProcess process, Instant startedAt, long startedNanos) {
        this.id = id;
        this.process = process;
        this.startedAt = startedAt;
        this.startedNanos = startedNanos;
        lastNanos = startedNanos;
    }

    BuildProcess process() {
        return process;
    }

    void begin() {
        running++;
    }

    /**
     * A compile of it was answered.
     *
     * @param isKept whether it is remembered as such, beside being counted
     */
    void answered(Answered compile, boolean isKept) {
        tiers.merge(compile.tier(), 1, Integer::sum);
        failed += compile.isFailed() ? 1 : 0;
        elapsedNanos += compile.elapsedNanos();
        lastNanos = Math.max(lastNanos, compile.endedNanos());
        compile.why()
                .ifPresent(why -> count(compile.tier().isMiss() ? missReasons : refusals, why));
        compile.localReason().ifPresent(why -> count(localReasons, why));
        compile.worker()
                .ifPresent(worker ->
                        workers.merge(
                                worker,
                                new BuildView.Place(1, compile.elapsedNanos()),
                                BuildView.Place::plus));
        slowest.add(compile);
        if (slowest.size() > SLOWEST_MAX) {
            slowest.remove();
        }
        if (isKept) {
            compiles.add(compile);
        } else {
            leftOut++;
        }
    }

    private static void count(Map<String, Long> counts, String label) {
        boolean isKnown = counts.containsKey(label) || counts.size() < LABELS_MAX;
        counts.merge(isKnown ? label : OTHER, 1L, Long::sum);
    }

    /** The wrapper of one that began has gone. */
    void end(long nowNanos) {
        running--;
        lastNanos = Math.max(lastNanos, nowNanos);
    }

    /** How many compiles it remembers as such. */
    int kept() {
        return compiles.size();
    }

    /** Gives up what takes memory. */
    void forgetCompiles() {
        leftOut += compiles.size();
        compiles.clear();
    }

    /** Whether nothing of it runs, and it made a pause after which nothing of it will. */
    boolean isPaused(long nowNanos) {
        return running == 0 && nowNanos - lastNanos > PAUSE_MAX.toNanos();
    }

    boolean isIdle() {
        return running == 0;
    }

    boolean isOver() {
        return isOver;
    }

    void over() {
        isOver = true;
    }

    /** Without its compiles one by one. */
    BuildView summary() {
        return view(List.of());
    }

    BuildView view() {
        return view(compiles);
    }

    private BuildView view(List<Answered> shown) {
        return new BuildView(
                id,
                process.command(),
                process.directory(),
                startedAt,
                startedNanos,
                lastNanos - startedNanos,
                isOver,
                running,
                tiers,
                failed,
                elapsedNanos,
                missReasons,
                refusals,
                localReasons,
                workers,
                slowest.stream()
                        .sorted(Comparator.comparingLong(Answered::elapsedNanos).reversed())
                        .toList(),
                shown,
                leftOut);
    }
}
