package io.cachepot.node.grid;

/** Holders of both sides. */
final class ResultMerge extends MergePolicy<ResultValue> {
    ResultMerge() {
        super(GridFactory.RESULT_MERGE);
    }

    @Override
    ResultValue merged(ResultValue newcomer, ResultValue here) {
        return here.with(newcomer);
    }
}
