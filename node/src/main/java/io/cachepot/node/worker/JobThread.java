package io.cachepot.node.worker;

import static java.lang.System.Logger.Level.ERROR;

import io.cachepot.protocol.JobId;
import io.cachepot.protocol.RunJobResult;
import io.cachepot.protocol.RunJobResult.NotRun;
import io.cachepot.protocol.RunJobResult.Reason;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** The thread of one job: everything but its answer happens there. */
final class JobThread {
    private static final System.Logger LOG = System.getLogger(JobThread.class.getName());

    private final JobId job;
    private final FutureTask<RunJobResult> task;
    private final Thread thread;

    JobThread(JobId job, Callable<RunJobResult> body) {
        this.job = job;
        task = new FutureTask<>(body);
        thread = Thread.ofVirtual().name("job-" + job).unstarted(task);
    }

    void start() {
        thread.start();
    }

    /** Waits for the end at most so long; true when it has come. */
    boolean join(Duration timeout) throws InterruptedException {
        return thread.join(timeout);
    }

    /** Asks the job to end; it may take a moment. */
    void interrupt() {
        thread.interrupt();
    }

    /** Ends the job and waits until nothing of it runs any more, as the sandbox promises. */
    void cancel() {
        boolean wasInterrupted = false;
        thread.interrupt();
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                wasInterrupted = true;
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What came of it; only after its end. */
    RunJobResult result() {
        if (task.state() == FutureTask.State.SUCCESS) {
            return task.resultNow();
        }
        Throwable failure = task.exceptionNow();
        if (failure instanceof InterruptedException) {
            return new NotRun(Reason.NO_PERMIT, "worker is stopping");
        }
        LOG.log(ERROR, "job failed by a fault of ours: job=" + job, failure);
        return new NotRun(Reason.INTERNAL, "fault in the worker: " + failure);
    }
}
