package io.cachepot.node.scheduler;

import java.time.Duration;
import java.util.List;

/**
 * How the grid is, as one of its members sees it.
 *
 * @param term grows with each start of a scheduler and each merge of two halves
 * @param since how long it has been in this state
 */
public record GridHealth(State state, long term, Duration since) {
    /** From good to bad. */
    public enum State {
        /** Another scheduler holds a copy of everything. */
        SAFE,

        /** This scheduler is the only one: if it is lost, workers tell the next one anew. */
        NO_REPLICA,

        /** Copies are being made or moved. */
        SYNCING,

        /** Two halves that lost sight of each other become one. */
        MERGING,

        /** It does not answer. */
        UNREACHABLE
    }

    List<String> troubles() {
        return switch (state) {
            case UNREACHABLE ->
                    List.of("the grid has not answered for " + since.toSeconds() + " s");
            case SYNCING ->
                    List.of(
                            "the grid makes its copies: what another scheduler has may be the only one");
            case MERGING -> List.of("the grid joins another");
            case SAFE, NO_REPLICA -> List.of();
        };
    }
}
