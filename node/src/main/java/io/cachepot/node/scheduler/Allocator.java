package io.cachepot.node.scheduler;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.node.scheduler.AllocationQueue.Step;
import io.cachepot.node.scheduler.AllocationQueue.Waiting;
import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.AllocJobResponse;
import io.cachepot.protocol.EndedJob;
import io.cachepot.protocol.Grant;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.ReturnedGrant;
import io.cachepot.protocol.ReturnedGrants;
import io.cachepot.protocol.WorkerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs an {@link AllocationQueue}: one thread takes what happened out of an inbox, plans, and does
 * the steps, of which none waits. Those who ask wait in their own threads, where grants are signed.
 */
public final class Allocator implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Allocator.class.getName());

    /** Silence of a worker is not a change of the registry, so look at the clock now and then. */
    private static final long LOOK_NANOS = Duration.ofMillis(500).toNanos();

    /** What an answer may take beyond the time that a request allows: the grid's own time-outs. */
    private static final long SLACK_MILLIS = 10_000;

    private final WorkerRegistry workers;
    private final JobLedger jobs;
    private final String scheduler;
    private final AllocationQueue queue;
    private final GrantWriter writer;
    private final ClusterEvents events;
    private final LongSupplier nanoTime;
    private final LinkedBlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();

    /** That a word of a change lies in the inbox already. */
    private final AtomicBoolean isWoken = new AtomicBoolean();

    /** Orders requests before the end or after it. */
    private final Object lock = new Object();

    /** Guarded by {@code lock}: no request comes any more. */
    private boolean isClosed;

    /** Read by status, written by the thread. */
    private volatile int inLine;

    /** Written by the thread, read by who looks. */
    private volatile long oldestSinceNanos;

    private @Nullable Thread thread;

    // The thread's own.
    private boolean isEnding;
    private final GivenGrants grants = new GivenGrants();
    private final Map<Waiting, CompletableFuture<Step>> asking = new HashMap<>();

    /**
     * @param scheduler name that leases carry
     */
    Allocator(
            WorkerRegistry workers,
            JobLedger jobs,
            String scheduler,
            AllocationQueue queue,
            GrantWriter writer,
            ClusterEvents events,
            LongSupplier nanoTime) {
        this.workers = workers;
        this.jobs = jobs;
        this.scheduler = scheduler;
        this.queue = queue;
        this.writer = writer;
        this.events = events;
        this.nanoTime = nanoTime;
    }

    void start() {
        workers.onChange(this::wake);
        thread = Thread.ofPlatform().name("allocator").daemon().start(this::run);
    }

    private void wake() {
        if (isWoken.compareAndSet(false, true)) {
            inbox.add(() -> isWoken.set(false));
        }
    }

    /**
     * Waits for permits as long as {@code request} allows.
     *
     * @throws UnavailableException when the grid does not answer
     * @throws InterruptedException when the caller's client went away
     */
    AllocJobResponse alloc(AllocJobRequest request) throws InterruptedException {
        var waiting = new Waiting(request, nanoTime.getAsLong());
        var answer = new CompletableFuture<Step>();
        synchronized (lock) {
            if (isClosed) {
                return new AllocJobResponse.Refused(AllocationQueue.STOPPING, 1_000);
            }
            inbox.add(() -> ask(waiting, answer));
        }
        try {
            return answered(
                    request,
                    answer.get(request.waitMillis() + SLACK_MILLIS, TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            inbox.add(() -> leave(waiting));
            throw new UnavailableException("no answer of the allocator in time", e);
        } catch (InterruptedException e) {
            inbox.add(() -> leave(waiting));
            throw e;
        } catch (ExecutionException e) {
            throw new UnavailableException("no grant: " + e.getMessage(), e);
        }
    }

    void takeBack(ReturnedGrants grants) {
        inbox.add(() -> takeBack(grants.client(), grants.returned()));
    }

    private AllocJobResponse answered(AllocJobRequest request, Step step) {
        return switch (step) {
            case Step.Served(_, var leased) -> {
                List<Grant> grants =
                        leased.entrySet().stream()
                                .map(job ->
                                        writer.write(
                                                job.getKey(), job.getValue(), request.toolchain()))
                                .toList();
                yield new AllocJobResponse.Granted(grants);
            }
            case Step.TurnedDown(_, var refusal) -> refusal;
            case Step.Failed(_, var reason) -> throw new UnavailableException(reason);
            case Step.Reserve _, Step.Release _ ->
                    throw new IllegalStateException("no answer to a request: " + step);
        };
    }

    /** How long the one in line has waited that came first; 0 when none is. */
    long oldestWaitMillis() {
        return inLine == 0 ? 0 : Math.max(0, (nanoTime.getAsLong() - oldestSinceNanos) / 1_000_000);
    }

    /** How many requests are in line. */
    int waiting() {
        return inLine;
    }

    /** Jobs ended on {@code worker}, as it says. */
    void ended(WorkerId worker, List<EndedJob> ended) {
        if (!ended.isEmpty()) {
            inbox.add(() -> grants.ended(worker, ended, nanoTime.getAsLong()));
        }
    }

    /** {@code worker} started anew. */
    void restarted(WorkerId worker) {
        inbox.add(() -> grants.health().restarted(worker));
    }

    private void run() {
        try {
            while (!isEnding || !asking.isEmpty()) {
                awaitInbox();
                drainInbox();
                plan();
                inLine = queue.waiting();
                if (inLine > 0) {
                    oldestSinceNanos = queue.oldestSinceNanos(nanoTime.getAsLong());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) { // the root of this thread
            LOG.log(ERROR, "allocator failed; requests are refused from now on", e);
            endAsking();
            asking.values().forEach(answer -> answer.completeExceptionally(e));
        }
    }

    /** Most changes come when nobody waits, and then there is nothing to look at. */
    private void plan() {
        if (queue.waiting() > 0) {
            perform(queue.plan(workers.workers(), grants.health(), nanoTime.getAsLong()));
        }
    }

    private void awaitInbox() throws InterruptedException {
        long now = nanoTime.getAsLong();
        long pause = Math.clamp(queue.nextLateNanos(now) - now, 0, LOOK_NANOS);
        Runnable first = inbox.poll(pause, TimeUnit.NANOSECONDS);
        if (first != null) {
            first.run();
        }
    }

    private void drainInbox() {
        for (Runnable next = inbox.poll(); next != null; next = inbox.poll()) {
            next.run();
        }
    }

    private void ask(Waiting waiting, CompletableFuture<Step> answer) {
        takeBack(waiting.request().client(), waiting.request().returned());
        asking.put(waiting, answer);
        perform(queue.add(waiting, nanoTime.getAsLong()));
    }

    private void takeBack(String client, List<ReturnedGrant> returned) {
        for (ReturnedGrant back : returned) {
            var worker = workers.find(back.worker());
            if (grants.takeBack(client, back, worker, nanoTime.getAsLong())) {
                workers.release(back.worker(), List.of(back.job()));
                tellFailure(client, back);
            }
        }
    }

    private static void tellFailure(String client, ReturnedGrant back) {
        if (back.reason() != ReturnedGrant.Reason.UNUSED) {
            LOG.log(
                    WARNING,
                    "job not run: job={0} worker={1} peer={2} reason={3}",
                    back.job(),
                    back.worker(),
                    client,
                    back.reason());
        }
    }

    private void leave(Waiting waiting) {
        asking.remove(waiting);
        queue.leave(waiting);
    }

    private void perform(List<Step> steps) {
        for (Step step : steps) {
            switch (step) {
                case Step.Served served -> {
                    served.jobs().forEach((job, worker) -> noteGranted(job, worker, served));
                    answer(served.waiting(), served);
                }
                case Step.TurnedDown turnedDown -> answer(turnedDown.waiting(), turnedDown);
                case Step.Failed failed -> {
                    LOG.log(
                            WARNING,
                            "no grant: client={0} reason={1}",
                            failed.waiting().request().client(),
                            failed.reason());
                    answer(failed.waiting(), failed);
                }
                case Step.Reserve reserve ->
                        workers.reserve(
                                reserve.worker().id(),
                                reserve.worker().incarnation(),
                                reserve.leases(scheduler),
                                outcome -> inbox.add(() -> reserved(reserve, outcome)));
                case Step.Release(var worker, var unused) -> workers.release(worker, unused);
            }
        }
    }

    private void reserved(Step.Reserve reserve, Reservation outcome) {
        perform(queue.reserved(reserve, outcome, nanoTime.getAsLong()));
    }

    private void noteGranted(JobId job, WorkerEntry worker, Step.Served served) {
        AllocJobRequest request = served.waiting().request();
        grants.granted(job, worker.id(), request.client());
        jobs.note(job, JobRecord.granted(worker.id(), request.client(), request.attempt()));
        events.tell(
                "job_granted",
                Map.of(
                        "job", job.hex(),
                        "worker", worker.id().address(),
                        "client", request.client()));
    }

    private void answer(Waiting waiting, Step step) {
        CompletableFuture<Step> answer = asking.remove(waiting);
        if (answer != null) {
            answer.complete(step);
        }
    }

    private void endAsking() {
        synchronized (lock) {
            isClosed = true;
        }
    }

    /** Refuses all that wait and all that come; what the grid is asked already is answered. */
    @Override
    public void close() {
        endAsking();
        inbox.add(() -> {
            isEnding = true;
            perform(queue.close(nanoTime.getAsLong()));
        });
        if (thread != null) {
            try {
                thread.join(Duration.ofSeconds(3));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            thread.interrupt();
        }
    }
}
