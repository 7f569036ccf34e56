package io.cachepot.node.scheduler;

import io.cachepot.protocol.EndedJob;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.ReturnedGrant;
import io.cachepot.protocol.WorkerId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who was given the last grants of this scheduler, so that what clients and workers say of them
 * goes into the worker's {@linkplain WorkerHealth record with that client}. Not safe for threads.
 */
final class GivenGrants {
    private static final int GRANTS_REMEMBERED = 20_000;

    private final WorkerHealth health = new WorkerHealth();
    private final Map<JobId, Given> given =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<JobId, Given> eldest) {
                    return size() > GRANTS_REMEMBERED;
                }
            };

    private record Given(WorkerId worker, String client) {}

    WorkerHealth health() {
        return health;
    }

    void granted(JobId job, WorkerId worker, String client) {
        given.put(job, new Given(worker, client));
    }

    /**
     * Takes the word of {@code client} that a grant came to nothing.
     *
     * @param worker that the grant was for, as it is seen now
     * @return false if it is no grant of that client's, or was given too long ago
     */
    boolean takeBack(
            String client, ReturnedGrant back, Optional<KnownWorker> worker, long nowNanos) {
        if (!isGrantOf(client, back, worker)) {
            return false;
        }
        given.remove(back.job());
        if (back.reason() != ReturnedGrant.Reason.UNUSED) {
            health.failed(back.worker(), client, nowNanos);
        }
        return true;
    }

    /** Also when another scheduler granted it. */
    private boolean isGrantOf(String client, ReturnedGrant back, Optional<KnownWorker> worker) {
        if (new Given(back.worker(), client).equals(given.get(back.job()))) {
            return true;
        }
        return worker.map(known -> known.entry().lease(back.job()))
                .filter(lease -> lease.client().equals(client))
                .isPresent();
    }

    /** Jobs ended on {@code worker}, as it says. */
    void ended(WorkerId worker, List<EndedJob> ended, long nowNanos) {
        for (EndedJob job : ended) {
            Given to = given.get(job.job());
            if (to != null && to.worker.equals(worker) && job.wallMillis() > 0) {
                health.ended(worker, to.client, nowNanos);
            }
        }
    }
}
