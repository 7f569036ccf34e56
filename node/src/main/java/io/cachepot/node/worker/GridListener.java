package io.cachepot.node.worker;

import java.util.List;

/** Hears which grid to join. Called by several threads, and must return soon. */
@FunctionalInterface
public interface GridListener {
    /**
     * What a scheduler says to a worker that is in the grid or may join now.
     *
     * @param gridMembers {@code host:port}, at least one
     */
    void schedulersSay(String gridName, List<String> gridMembers);
}
