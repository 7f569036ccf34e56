package io.cachepot.node.grid;

/** Records that only their own scheduler writes: the one that arrives is its latest. */
final class KeepNewcomer extends MergePolicy<SchedulerValue> {
    KeepNewcomer() {
        super(GridFactory.KEEP_NEWCOMER);
    }

    @Override
    SchedulerValue merged(SchedulerValue newcomer, SchedulerValue here) {
        return newcomer;
    }
}
