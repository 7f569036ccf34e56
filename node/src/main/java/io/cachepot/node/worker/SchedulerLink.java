package io.cachepot.node.worker;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.WorkerReportReply;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Reports to one scheduler from a thread of its own, so that a slow one holds up no other. */
final class SchedulerLink implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WorkerReporter.class.getName());

    private final URI scheduler;
    private final SchedulerApi api;
    private final Reports reports;
    private final Replies replies;
    private final ReportPace pace;
    private final Outage outage;
    private final Thread thread;
    private final Semaphore changes = new Semaphore(1);

    /** Which ended jobs the scheduler has heard of; used by the thread alone. */
    private long endedHeard;

    /** Written by {@link #close()}, read by the thread. */
    private volatile boolean isClosed;

    /** Makes reports. */
    @FunctionalInterface
    interface Reports {
        Numbered next(long endedHeard);
    }

    /** A report, and the count of ended jobs that it brings the scheduler to. */
    record Numbered(WorkerReport report, long endedCount) {}

    /** Takes what schedulers answer. */
    @FunctionalInterface
    interface Replies {
        void from(URI scheduler, WorkerReportReply reply);
    }

    SchedulerLink(
            URI scheduler,
            SchedulerApi api,
            Reports reports,
            Replies replies,
            ReportPace pace,
            Outage outage) {
        this.scheduler = scheduler;
        this.api = api;
        this.reports = reports;
        this.replies = replies;
        this.pace = pace;
        this.outage = outage;
        thread = Thread.ofVirtual().name("report-" + scheduler.getAuthority()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** There is something new to report. */
    void changed() {
        changes.release();
    }

    /** How long nothing was heard. */
    Duration silence() {
        return outage.length();
    }

    private void run() {
        try {
            while (!isClosed) {
                awaitChange();
                long began = System.nanoTime();
                boolean isAnswered = reportOnce();
                Duration roundTrip = Duration.ofNanos(System.nanoTime() - began);
                Duration pause = isAnswered ? pace.gap(roundTrip) : outage.pause();
                Thread.sleep(pause);
            }
        } catch (InterruptedException _) {
            // Closed; what is left is the farewell.
        }
        sayFarewell();
    }

    /** The permits are as many as there were changes; one report tells of all. */
    private void awaitChange() throws InterruptedException {
        if (changes.tryAcquire(pace.silenceMax().toNanos(), TimeUnit.NANOSECONDS)) {
            changes.drainPermits();
        }
    }

    private boolean reportOnce() throws InterruptedException {
        try {
            report(pace.answerMax());
            outage.answered();
            return true;
        } catch (IOException | RuntimeException e) {
            // Whatever it is, the next report may fare better, and a worker never falls silent.
            outage.failed(e);
            changes.release();
            return false;
        }
    }

    private void report(Duration timeout) throws IOException, InterruptedException {
        Numbered next = reports.next(endedHeard);
        WorkerReportReply reply = api.send(scheduler, next.report(), timeout);
        endedHeard = next.endedCount();
        replies.from(scheduler, reply);
    }

    /** Twice, since the interrupt of {@link #close()} may come as late as the first time. */
    private void sayFarewell() {
        for (int attempt = 0; attempt < 2; attempt++) {
            try {
                report(pace.farewellMax());
                return;
            } catch (InterruptedException _) {
                // Tried once more.
            } catch (IOException | RuntimeException e) {
                LOG.log(DEBUG, "scheduler not told of the end: peer={0} reason={1}", scheduler, e);
                return;
            }
        }
    }

    /** Sends one last report, from the thread; {@link #join} waits for it. */
    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
    }

    boolean join(Duration timeout) throws InterruptedException {
        return thread.join(timeout);
    }
}
