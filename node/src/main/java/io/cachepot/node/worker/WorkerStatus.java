package io.cachepot.node.worker;

import io.cachepot.protocol.EndedJob;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.WorkerReport.State;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/**
 * What of a worker changes and its schedulers should know: its state and its jobs.
 *
 * <pre>
 * UP -> DRAINING -> GONE
 * </pre>
 */
public final class WorkerStatus {
    /** Half a megabyte at most. */
    private static final int SAID_MAX = 250;

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

    /** Of the last ones whose compiler said something, what it said. Guarded by {@code lock}. */
    private final Map<JobId, String> said =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<JobId, String> eldest) {
                    return size() > SAID_MAX;
                }
            };

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
     * <p>What its compiler said is kept for the last few hundred only.
     */
    void ended(EndedJob job) {
        synchronized (lock) {
            running.remove(job.job());
            if (ended.size() == WorkerReport.JOBS_MAX) {
                ended.removeFirst();
            }
            ended.addLast(job.silent());
            if (!job.end().stderr().isEmpty()) {
                said.put(job.job(), job.end().stderr());
            }
            endedCount++;
        }
        changed();
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
            List<EndedJob> unheard =
                    ended.stream().skip(ended.size() - news).map(this::withWhatItSaid).toList();
            return new Snapshot(++sequence, state, List.copyOf(running), unheard, endedCount);
        }
    }

    /** Called with {@code lock} held. */
    private EndedJob withWhatItSaid(EndedJob job) {
        String text = said.get(job.job());
        return text == null
                ? job
                : new EndedJob(job.job(), job.wallMillis(), job.results(), job.end().saying(text));
    }
}
