package io.cachepot.node.grid;

import io.cachepot.node.scheduler.WorkerEntry;

/**
 * The later start of a worker, of one start the later word; leases of both sides stay until the
 * worker's next report says which are true.
 */
final class WorkerMerge extends MergePolicy<WorkerValue> {
    WorkerMerge() {
        super(GridFactory.WORKER_MERGE);
    }

    @Override
    WorkerValue merged(WorkerValue newcomer, WorkerValue here) {
        return new WorkerValue(WorkerEntry.merged(newcomer.entry(), here.entry()));
    }
}
