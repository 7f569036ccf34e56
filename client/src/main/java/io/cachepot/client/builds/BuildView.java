package io.cachepot.client.builds;

import io.cachepot.client.explain.Answered;
import io.cachepot.client.explain.Tier;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A build at one moment.
 *
 * @param id drawn for it, in hex
 * @param command of the process that drives it; empty where none was to be seen
 * @param directory where that works
 * @param startedNanos {@code System.nanoTime} of the start
 * @param tookNanos until its last compile so far was answered
 * @param running compiles under way
 * @param tiers how many compiles were answered from where
 * @param failed those whose compiler refused, or died
 * @param elapsedNanos how long all of its compiles together waited
 * @param missReasons by label
 * @param refusals why compiles were not cacheable or passed through, by label
 * @param localReasons why compiles did not go to a worker, by label
 * @param workers what each did, by address
 * @param slowest those that took longest, the longest first
 * @param compiles those that are remembered, in the order of their ends
 * @param leftOut how many are counted only
 */
public record BuildView(
        String id,
        String command,
        String directory,
        Instant startedAt,
        long startedNanos,
        long tookNanos,
        boolean isOver,
        int running,
        Map<Tier, Integer> tiers,
        int failed,
        long elapsedNanos,
        Map<String, Long> missReasons,
        Map<String, Long> refusals,
        Map<String, Long> localReasons,
        Map<String, Place> workers,
        List<Answered> slowest,
        List<Answered> compiles,
        long leftOut) {
    public BuildView {
        tiers = Map.copyOf(tiers);
        missReasons = Map.copyOf(missReasons);
        refusals = Map.copyOf(refusals);
        localReasons = Map.copyOf(localReasons);
        workers = Map.copyOf(workers);
        slowest = List.copyOf(slowest);
        compiles = List.copyOf(compiles);
    }

    /**
     * What one worker did for a build.
     *
     * @param nanos how long its compiles waited together
     */
    public record Place(int compiles, long nanos) {
        Place plus(Place other) {
            return new Place(compiles + other.compiles, nanos + other.nanos);
        }
    }

    /** A source as it is called in the build's directory; empty for one that lies elsewhere. */
    public Optional<String> within(String source) {
        Path from = Path.of(directory);
        Path path = Path.of(source);
        return path.startsWith(from)
                ? Optional.of(from.relativize(path).toString())
                : Optional.empty();
    }

    /** How many were answered from there. */
    public int count(Tier tier) {
        return tiers.getOrDefault(tier, 0);
    }

    /** How many were answered. */
    public int answered() {
        return tiers.values().stream().mapToInt(Integer::intValue).sum();
    }
}
