package io.cachepot.node.scheduler;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.AllocJobResponse;
import io.cachepot.protocol.Grant;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.JobState;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Hands out grants. A request waits in line until permits are free; it gets what there is by then,
 * at least one, and never a worker that is full: grants are bound late. One thread decides, woken
 * by each change of the registry.
 */
public final class Allocator implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Allocator.class.getName());

    /** Requests in line; a coordinator has one under way for each of its toolchains. */
    private static final int WAITING_MAX = 10_000;

    /** Silence of a worker is not a change of the registry, so look at the clock now and then. */
    private static final long LOOK_MILLIS = 500;

    /** One who would not wait still gets what is free: the thread that decides needs a moment. */
    private static final long DECISION_MILLIS = 100;

    private static final String NO_WORKER = "no worker is connected";
    private static final long RETRY_MILLIS = 1_000;
    private static final long LAST_MOMENT_SECONDS = 10;

    private final WorkerRegistry workers;
    private final JobLedger jobs;
    private final WorkerChoice choice;
    private final GrantWriter writer;
    private final LongSupplier nanoTime;
    private final SecureRandom random = new SecureRandom();
    private final Object lock = new Object();

    /** Guarded by {@code lock}. */
    private final FairQueue<Waiting> queue = new FairQueue<>();

    /** Guarded by {@code lock}: something may have come free since the last look. */
    private boolean isChanged;

    /** Guarded by {@code lock}. */
    private boolean isClosed;

    private @Nullable Thread thread;

    private record Waiting(AllocJobRequest request, CompletableFuture<AllocJobResponse> answer) {
        Waiting(AllocJobRequest request) {
            this(request, new CompletableFuture<>());
        }
    }

    Allocator(
            WorkerRegistry workers,
            JobLedger jobs,
            WorkerChoice choice,
            GrantWriter writer,
            LongSupplier nanoTime) {
        this.workers = workers;
        this.jobs = jobs;
        this.choice = choice;
        this.writer = writer;
        this.nanoTime = nanoTime;
    }

    void start() {
        workers.onChange(this::wake);
        thread = Thread.ofPlatform().name("allocator").daemon().start(this::decide);
    }

    private void wake() {
        synchronized (lock) {
            isChanged = true;
            lock.notifyAll();
        }
    }

    /**
     * Waits for permits as long as {@code request} allows.
     *
     * @throws InterruptedException when the caller's client went away
     */
    AllocJobResponse alloc(AllocJobRequest request) throws InterruptedException {
        var waiting = new Waiting(request);
        synchronized (lock) {
            if (isClosed) {
                return refused("the scheduler is stopping");
            }
            if (queue.size() >= WAITING_MAX) {
                return refused(WAITING_MAX + " requests wait already");
            }
            queue.add(request.client(), waiting);
            wake();
        }
        try {
            long waitMillis = Math.max(request.waitMillis(), DECISION_MILLIS);
            return waiting.answer.get(waitMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            return leave(waiting) ? refused(whyFull()) : lastMoment(waiting);
        } catch (InterruptedException e) {
            leave(waiting);
            throw e;
        } catch (ExecutionException e) {
            throw new UnavailableException("no grant: " + e.getMessage(), e);
        }
    }

    /** How many requests are in line. */
    int waiting() {
        synchronized (lock) {
            return queue.size();
        }
    }

    private boolean leave(Waiting waiting) {
        synchronized (lock) {
            return queue.remove(waiting.request.client(), waiting);
        }
    }

    /** It left the line a moment ago to be served. */
    private static AllocJobResponse lastMoment(Waiting waiting) throws InterruptedException {
        try {
            return waiting.answer.get(LAST_MOMENT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new UnavailableException("no grant: " + e, e);
        }
    }

    private static AllocJobResponse.Refused refused(String reason) {
        return new AllocJobResponse.Refused(reason, RETRY_MILLIS);
    }

    private String whyFull() {
        long now = nanoTime.getAsLong();
        int permits =
                workers.workers().stream()
                        .filter(worker -> choice.isThere(worker, now))
                        .mapToInt(worker -> worker.entry().jobsMax())
                        .sum();
        return permits == 0 ? NO_WORKER : "all " + permits + " permits are taken";
    }

    private void decide() {
        try {
            while (awaitChange()) {
                serveAll();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) { // the root of this thread
            LOG.log(ERROR, "allocator failed; requests are refused from now on", e);
            close();
        }
    }

    /** False when it is time to end. */
    @SuppressWarnings("WaitNotInLoop") // one look too many does no harm
    private boolean awaitChange() throws InterruptedException {
        synchronized (lock) {
            if (!isChanged && !isClosed) {
                lock.wait(LOOK_MILLIS);
            }
            isChanged = false;
            return !isClosed;
        }
    }

    private void serveAll() {
        boolean isServed = true;
        while (isServed) {
            isServed = serveNext();
        }
    }

    /** Serves whose turn it is; false when nobody waits or nothing is free. */
    private boolean serveNext() {
        long now = nanoTime.getAsLong();
        List<KnownWorker> known = workers.workers();
        boolean isAnyThere = known.stream().anyMatch(worker -> choice.isThere(worker, now));
        int free = choice.free(known, now);
        Waiting next;
        int share;
        synchronized (lock) {
            next = queue.peek();
            if (next == null || (isAnyThere && free == 0)) {
                return false;
            }
            share = Math.max(1, free / queue.clients());
            queue.pass();
        }
        if (!isAnyThere) {
            // Nothing is gained by waiting: the client compiles by itself meanwhile.
            next.answer.complete(refused(NO_WORKER));
            return true;
        }
        return serve(next, Math.min(share, next.request.count()));
    }

    private boolean serve(Waiting next, int count) {
        try {
            List<Grant> grants = grant(next.request, count);
            if (grants.isEmpty()) {
                requeue(next);
                return false;
            }
            next.answer.complete(new AllocJobResponse.Granted(grants));
        } catch (UnavailableException e) {
            LOG.log(WARNING, "no grant: client={0} reason={1}", next.request.client(), e);
            next.answer.completeExceptionally(e);
        }
        return true;
    }

    /** The view was behind: somebody else took the permits. The next change tries again. */
    private void requeue(Waiting next) {
        synchronized (lock) {
            queue.add(next.request.client(), next);
        }
    }

    private List<Grant> grant(AllocJobRequest request, int count) {
        var grants = new ArrayList<Grant>();
        Optional<WorkerEntry> worker = chooseFor(request);
        while (grants.size() < count && worker.isPresent()) {
            List<JobId> got = reserve(worker.get(), count - grants.size());
            for (JobId job : got) {
                grants.add(writer.write(job, worker.get(), request.toolchain()));
                jobs.note(job, JobState.GRANTED, worker.get().id());
            }
            worker = got.isEmpty() ? Optional.empty() : chooseFor(request);
        }
        return grants;
    }

    private Optional<WorkerEntry> chooseFor(AllocJobRequest request) {
        return choice.choose(workers.workers(), request.toolchain(), nanoTime.getAsLong());
    }

    /** A part of the worker's free permits only, so that a large request spreads out. */
    private List<JobId> reserve(WorkerEntry worker, int wanted) {
        int most = Math.max(1, (worker.free() + 1) / 2);
        List<JobId> ids =
                Stream.generate(() -> JobId.random(random)).limit(Math.min(wanted, most)).toList();
        return workers.reserve(worker.id(), worker.incarnation(), ids);
    }

    /** Refuses all that wait and all that come. */
    @Override
    public void close() {
        synchronized (lock) {
            isClosed = true;
            for (Waiting next = queue.peek(); next != null; next = queue.peek()) {
                queue.pass();
                next.answer.complete(refused("the scheduler is stopping"));
            }
            lock.notifyAll();
        }
        if (thread != null) {
            thread.interrupt();
        }
    }
}
