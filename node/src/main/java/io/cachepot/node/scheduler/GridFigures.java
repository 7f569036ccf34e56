package io.cachepot.node.scheduler;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What this scheduler's member of the grid holds.
 *
 * @param partitions into which the maps are divided
 * @param partitionsOwned those that this member answers for
 * @param certificateExpiry of what the member proves itself with; empty without one
 */
public record GridFigures(
        int partitions,
        int partitionsOwned,
        List<MapFigures> maps,
        Optional<Instant> certificateExpiry) {
    public GridFigures {
        maps = List.copyOf(maps);
    }

    /**
     * One map.
     *
     * @param entries those that this member answers for
     * @param backups copies of another member's
     * @param bytes of both together; 0 for a map that holds objects
     * @param operations that this member did on it since its start
     */
    public record MapFigures(
            String name, long entries, long backups, long bytes, long operations) {}
}
