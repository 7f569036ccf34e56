package io.cachepot.node.scheduler;

import io.cachepot.node.scheduler.SimulatedScheduler.Ticket;
import io.cachepot.protocol.EndedJob;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** A worker of the simulation: it has the last word on what it runs, and reports it. */
final class SimulatedWorker extends SimulatedProcess {
    private static final long SILENCE_NANOS_MAX = 2_000_000_000L;
    private static final long GAP_NANOS = 15_000_000L;

    final WorkerId id;
    final int jobsMax;
    private final SimulatedNetwork network;
    private final List<SimulatedScheduler> schedulers;
    private final Consumer<String> broken;

    long incarnation = 1;
    private long sequence;
    private Set<JobId> running = new LinkedHashSet<>();
    private Set<JobId> used = new HashSet<>();
    private List<EndedJob> ended = new ArrayList<>();
    private Map<SimulatedScheduler, Integer> endedHeard = new HashMap<>();
    private Map<SimulatedScheduler, Boolean> isReportDue = new HashMap<>();
    private Map<SimulatedScheduler, Long> lastReport = new HashMap<>();
    private boolean isGarbage;

    /** The worst that a peer may do: it answers each job with what can not be used. */
    void giveGarbage(boolean doesSo) {
        isGarbage = doesSo;
    }

    /** What a client hears of its job. */
    enum Outcome {
        DONE,
        GARBAGE,
        REFUSED
    }

    /**
     * @param broken told each promise that was broken
     */
    SimulatedWorker(
            WorkerId id,
            int jobsMax,
            VirtualTime time,
            Random random,
            SimulatedNetwork network,
            List<SimulatedScheduler> schedulers,
            Consumer<String> broken) {
        super(id.address(), time, random);
        this.id = id;
        this.jobsMax = jobsMax;
        this.network = network;
        this.schedulers = schedulers;
        this.broken = broken;
        startReports();
    }

    void restart() {
        begin();
        incarnation++;
        sequence = 0;
        running = new LinkedHashSet<>();
        used = new HashSet<>();
        ended = new ArrayList<>();
        endedHeard = new HashMap<>();
        isReportDue = new HashMap<>();
        lastReport = new HashMap<>();
        isGarbage = false;
        startReports();
    }

    private void startReports() {
        schedulers.forEach(this::reportOften);
    }

    private void reportOften(SimulatedScheduler scheduler) {
        report(scheduler);
        after(SILENCE_NANOS_MAX, () -> reportOften(scheduler));
    }

    /** At once, but for a gap after the last report; changes in between go together. */
    private void changed() {
        for (SimulatedScheduler scheduler : schedulers) {
            if (!isReportDue.getOrDefault(scheduler, false)) {
                isReportDue.put(scheduler, true);
                long due = lastReport.getOrDefault(scheduler, -GAP_NANOS) + GAP_NANOS;
                after(
                        due - time.nowNanos(),
                        () -> {
                            isReportDue.put(scheduler, false);
                            report(scheduler);
                        });
            }
        }
    }

    private void report(SimulatedScheduler scheduler) {
        lastReport.put(scheduler, time.nowNanos());
        int heard = endedHeard.getOrDefault(scheduler, 0);
        int told = ended.size();
        var report =
                new WorkerReport(
                        incarnation,
                        ++sequence,
                        "https://" + id + "/",
                        "pem",
                        "token key",
                        jobsMax,
                        WorkerReport.State.UP,
                        List.copyOf(running),
                        List.copyOf(ended.subList(heard, told)),
                        List.of(Workers.GCC),
                        jobsMax,
                        0,
                        -1,
                        List.of(),
                        "simulated");
        Map<SimulatedScheduler, Integer> ofThisStart = endedHeard;
        Runnable heardIt = () -> ofThisStart.merge(scheduler, told, Math::max);
        network.send(
                this,
                scheduler,
                () -> scheduler.report(id, report, () -> network.send(scheduler, this, heardIt)));
    }

    /** A job arrives, perhaps for the second time; it runs once. */
    void run(Ticket ticket, long nanos, Consumer<Outcome> reply) {
        if (ticket.incarnation() != incarnation) {
            reply.accept(Outcome.REFUSED);
            return;
        }
        if (running.size() >= jobsMax || !used.add(ticket.job())) {
            reply.accept(Outcome.REFUSED);
            return;
        }
        running.add(ticket.job());
        if (running.size() > jobsMax) {
            broken.accept(name + " runs " + running.size() + " of " + jobsMax);
        }
        after(nanos, () -> end(ticket, nanos, reply));
    }

    private void end(Ticket ticket, long nanos, Consumer<Outcome> reply) {
        if (running.remove(ticket.job())) {
            ended.add(new EndedJob(ticket.job(), nanos / 1_000_000 + 1));
            changed();
            reply.accept(isGarbage ? Outcome.GARBAGE : Outcome.DONE);
        }
    }

    /** The client hung up. */
    void cancel(JobId job) {
        if (running.remove(job)) {
            ended.add(new EndedJob(job, 0));
            changed();
        }
    }

    boolean runs(JobId job) {
        return running.contains(job);
    }

    int running() {
        return running.size();
    }
}
