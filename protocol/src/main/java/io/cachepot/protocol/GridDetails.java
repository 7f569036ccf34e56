package io.cachepot.protocol;

import java.util.List;

/**
 * The grid as one scheduler's member of it sees it.
 *
 * @param partitions into which the grid's maps are divided
 * @param partitionsOwned those that this member answers for
 * @param maps each of them
 * @param happened what became of members, workers and the grid lately, the oldest first
 */
public record GridDetails(
        int partitions, int partitionsOwned, List<MapDetails> maps, List<ClusterEvent> happened) {
    public GridDetails {
        maps = List.copyOf(maps);
        happened = List.copyOf(happened);
    }

    /**
     * One map.
     *
     * @param entries those that this member answers for
     * @param backups copies of another member's
     * @param bytes of both together; 0 for a map that holds objects
     */
    public record MapDetails(String name, long entries, long backups, long bytes) {}
}
