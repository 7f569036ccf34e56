package io.cachepot.node.worker;

import java.util.List;

/** Hears which grid to join. Called by several threads, and must return soon. */
@FunctionalInterface
public interface GridListener {
    /** What a scheduler says, when it is not what the same one said before. */
    void schedulersSay(String gridName, List<String> gridMembers);
}
