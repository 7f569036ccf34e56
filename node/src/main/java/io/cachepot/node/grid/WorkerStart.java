package io.cachepot.node.grid;

import com.hazelcast.cluster.Member;
import io.cachepot.protocol.WorkerId;
import java.util.Optional;

/** One start of a worker, as its member of the grid names it. */
record WorkerStart(WorkerId worker, long incarnation) {
    /** Empty for a scheduler. */
    static Optional<WorkerStart> of(Member member) {
        String worker = member.getAttribute(GridSettings.WORKER_ATTRIBUTE);
        String incarnation = member.getAttribute(GridSettings.INCARNATION_ATTRIBUTE);
        return worker == null || incarnation == null
                ? Optional.empty()
                : Optional.of(new WorkerStart(new WorkerId(worker), Long.parseLong(incarnation)));
    }
}
