package io.cachepot.node.grid;

import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;

/** Makes what comes over the grid, by number instead of by class name. */
final class GridFactory implements DataSerializableFactory {
    static final int ID = 4226;

    static final int WORKER = 1;
    static final int RESERVE = 2;
    static final int REPORT = 3;
    static final int RELEASE = 4;
    static final int GONE = 5;
    static final int JOB = 6;
    static final int NOTE_JOBS = 7;
    static final int SCHEDULER = 8;
    static final int WORKER_MERGE = 9;
    static final int JOB_MERGE = 10;
    static final int KEEP_NEWCOMER = 11;
    static final int RESULT = 12;
    static final int NOTE_RESULTS = 13;
    static final int CLAIM_ARRIVAL = 14;
    static final int RESULT_MERGE = 15;
    static final int DRAIN = 16;

    @Override
    public IdentifiedDataSerializable create(int classId) {
        return switch (classId) {
            case WORKER -> new WorkerValue();
            case RESERVE -> new Reserve();
            case REPORT -> new Report();
            case RELEASE -> new Release();
            case GONE -> new Gone();
            case JOB -> new JobValue();
            case NOTE_JOBS -> new NoteJobs();
            case SCHEDULER -> new SchedulerValue();
            case WORKER_MERGE -> new WorkerMerge();
            case JOB_MERGE -> new JobMerge();
            case KEEP_NEWCOMER -> new KeepNewcomer();
            case RESULT -> new ResultValue();
            case NOTE_RESULTS -> new NoteResults();
            case CLAIM_ARRIVAL -> new ClaimArrival();
            case RESULT_MERGE -> new ResultMerge();
            case DRAIN -> new Drain();
            default ->
                    throw new IllegalArgumentException(
                            "a member sent class "
                                    + classId
                                    + ", which this release does not know; run one release in a"
                                    + " cluster");
        };
    }
}
