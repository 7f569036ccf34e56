package io.cachepot.node.grid;

import static java.lang.System.Logger.Level.DEBUG;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.map.IMap;
import io.cachepot.node.scheduler.JobLedger;
import io.cachepot.node.scheduler.JobRecord;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.JobState;
import io.cachepot.protocol.WorkerId;
import java.util.Optional;

/** The ledger in map {@code jobs}. */
final class GridJobs implements JobLedger {
    private static final System.Logger LOG = System.getLogger(GridJobs.class.getName());

    private final IMap<String, JobValue> map;

    GridJobs(IMap<String, JobValue> map) {
        this.map = map;
    }

    @Override
    public void note(JobId job, JobState state, WorkerId worker) {
        try {
            map.submitToKey(job.hex(), new NoteJob(new JobRecord(state, worker)))
                    .exceptionally(e -> {
                        LOG.log(DEBUG, "state not noted: job={0} reason={1}", job, e.toString());
                        return false;
                    });
        } catch (HazelcastInstanceNotActiveException _) {
            LOG.log(DEBUG, "state not noted, the grid is down: job={0}", job);
        }
    }

    @Override
    public Optional<JobRecord> find(JobId job) {
        return Optional.ofNullable(Calls.await("job " + job, () -> map.getAsync(job.hex())))
                .map(JobValue::job);
    }
}
