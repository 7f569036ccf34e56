package io.cachepot.node.worker;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.EndedJob;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.WorkerReport.State;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * What of a worker changes and its schedulers should know: its state and its jobs.
 *
 * <pre>
 * UP -> DRAINING -> GONE
 * </pre>
 */
public final class WorkerStatus {
    private final int jobsMax;
    private final Object lock = new Object();

    /** Guarded by {@code lock}. */
    private State state = State.UP;

    /** At most {@code jobsMax}. Guarded by {@code lock}. */
    private final SequencedSet<JobId> running = new LinkedHashSet<>();

    /**
     * The last jobs that ended, at most {@link WorkerReport#JOBS_MAX}: a scheduler that was away
     * for longer than so many hears of the older ones no more, and their leases run out. Guarded by
     * {@code lock}.
     */
    private final ArrayDeque<EndedJob> ended = new ArrayDeque<>();

    /** How many jobs ended since the start. Guarded by {@code lock}. */
    private long endedCount;

    /** How many snapshots were taken. Guarded by {@code lock}. */
    private long sequence;

    /** Set once by the reporter as it starts, called by whoever changes something. */
    private volatile Runnable onChange = () -> {};

    public WorkerStatus(int jobsMax) {
        this.jobsMax = jobsMax;
    }

    /** How many jobs run at once. */
    public int jobsMax() {
        return jobsMax;
    }

    public State state() {
        synchronized (lock) {
            return state;
        }
    }

    /** Jobs that hold a permit now. */
    public List<JobId> running() {
        synchronized (lock) {
            return List.copyOf(running);
        }
    }

    /** A worker that drains ends what runs and takes nothing new. */
    void drain() {
        move(State.UP, State.DRAINING);
    }

    void gone() {
        move(State.UP, State.GONE);
        move(State.DRAINING, State.GONE);
    }

    private void move(State from, State to) {
        synchronized (lock) {
            state = state == from ? to : state;
        }
        changed();
    }

    /** No news for schedulers, who hold a permit for it already: the next report has it. */
    void started(JobId job) {
        synchronized (lock) {
            running.add(job);
        }
    }

    /**
     * The job will not run here any more, whether it did or not.
     *
     * @param wallMillis how long its compiler ran; 0 if it did not
     * @param kept under what key its result is kept for others
     */
    void ended(JobId job, long wallMillis, Optional<Digest> kept) {
        synchronized (lock) {
            running.remove(job);
            if (ended.size() == WorkerReport.JOBS_MAX) {
                ended.removeFirst();
            }
            ended.addLast(new EndedJob(job, wallMillis, kept.stream().toList()));
            endedCount++;
        }
        changed();
    }

    /** The same for one of which nothing is kept. */
    void ended(JobId job, long wallMillis) {
        ended(job, wallMillis, Optional.empty());
    }

    /** Says that there is something to report. */
    void changed() {
        onChange.run();
    }

    void onChange(Runnable listener) {
        onChange = listener;
    }

    /**
     * All of it at one moment.
     *
     * @param sequence larger than that of any snapshot before
     * @param ended jobs that ended since the moment {@code endedCount} of an earlier snapshot
     */
    record Snapshot(
            long sequence,
            State state,
            List<JobId> running,
            List<EndedJob> ended,
            long endedCount) {}

    /** {@code endedBefore} is the {@code endedCount} of the last snapshot that was heard, or 0. */
    Snapshot snapshot(long endedBefore) {
        synchronized (lock) {
            long news = Math.min(endedCount - endedBefore, ended.size());
            List<EndedJob> unheard = ended.stream().skip(ended.size() - news).toList();
            return new Snapshot(++sequence, state, List.copyOf(running), unheard, endedCount);
        }
    }
}
