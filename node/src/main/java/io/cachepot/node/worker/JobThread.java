package io.cachepot.node.worker;

import static java.lang.System.Logger.Level.ERROR;

import io.cachepot.protocol.JobId;
import io.cachepot.protocol.RunJobResult;
import io.cachepot.protocol.RunJobResult.NotRun;
import io.cachepot.protocol.RunJobResult.Reason;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The thread of one job: everything but its answer happens there. */
final class JobThread {
    private static final System.Logger LOG = System.getLogger(JobThread.class.getName());

    private final JobId job;
    private final Callable<RunJobResult> body;
    private final Executor threads;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Object lock = new Object();

    /** While the body runs. Guarded by {@code lock}, so that nobody else's work is interrupted. */
    private @Nullable Thread thread;

    /** Guarded by {@code lock}. */
    private boolean isInterrupted;

    /** Written before {@code ended} is counted down, read after. */
    private RunJobResult result = new NotRun(Reason.INTERNAL, "job has not ended");

    /**
     * A job that {@link #start()} begins.
     *
     * @param threads has one for each job; they may be used again
     */
    JobThread(JobId job, Callable<RunJobResult> body, Executor threads) {
        this.job = job;
        this.body = body;
        this.threads = threads;
    }

    void start() {
        threads.execute(this::run);
    }

    private void run() {
        begin();
        try {
            result = body.call();
        } catch (InterruptedException _) {
            result = new NotRun(Reason.NO_PERMIT, "worker is stopping");
        } catch (Exception | Error e) { // the root of this thread
            LOG.log(ERROR, "job failed by a fault of ours: job=" + job, e);
            result = new NotRun(Reason.INTERNAL, "fault in the worker: " + e);
        } finally {
            end();
            ended.countDown();
        }
    }

    private void begin() {
        synchronized (lock) {
            thread = Thread.currentThread();
            if (isInterrupted) {
                thread.interrupt();
            }
        }
    }

    /** After this no interrupt of this job can hit the thread's next one. */
    private void end() {
        synchronized (lock) {
            thread = null;
            Thread.interrupted();
        }
    }

    /** Waits for the end at most so long; true when it has come. */
    boolean join(Duration timeout) throws InterruptedException {
        return ended.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Asks the job to end; it may take a moment. */
    void interrupt() {
        synchronized (lock) {
            isInterrupted = true;
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    /** Ends the job and waits until nothing of it runs any more, as the sandbox promises. */
    void cancel() {
        boolean wasInterrupted = false;
        interrupt();
        while (ended.getCount() > 0) {
            try {
                ended.await();
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
        return result;
    }
}
