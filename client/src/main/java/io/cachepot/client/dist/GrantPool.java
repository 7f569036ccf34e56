package io.cachepot.client.dist;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.AllocJobResponse;
import io.cachepot.protocol.Grant;
import io.cachepot.protocol.JobForecast;
import io.cachepot.protocol.Priority;
import io.cachepot.protocol.ReturnedGrant;
import io.cachepot.protocol.ReturnedGrants;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Gets grants for all compiles that wait, in few calls instead of one each: while calls are under
 * way, newcomers queue up for the next. While compiles come one after the other, one grant is asked
 * for ahead, so that the next one need not wait for it. Grants that nobody needs any more go to the
 * next compile, or back to the scheduler.
 */
public final class GrantPool implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(GrantPool.class.getName());

    /**
     * How long the scheduler may wait for a free permit before it refuses; then the compile is done
     * here.
     */
    private static final Duration WAIT = Duration.ofSeconds(10);

    private static final Duration WAIT_FOR_ANOTHER = Duration.ofSeconds(1);

    /** The permit of the compile before is reported free a moment after it has ended. */
    private static final Duration WAIT_AHEAD = Duration.ofMillis(200);

    /** A spare grant holds a permit that another client could have. */
    private static final Duration SPARE_KEPT = Duration.ofSeconds(1);

    /** Whoever compiled so shortly before is likely to go on. */
    private static final Duration AHEAD_WITHIN = Duration.ofSeconds(1);

    private static final Duration NOT_AHEAD_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration TIDY_EVERY = SPARE_KEPT.dividedBy(2);

    private static final int SPARES_MAX = 64;

    /**
     * Calls under way for one toolchain. With a single one, a permit that comes free while an
     * answer travels would wait for the next call.
     */
    private static final int CALLS_MAX = 4;

    private final GrantSource scheduler;
    private final String client;
    private final Priority priority;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final Object lock = new Object();

    /** Guarded by {@code lock}: one for each toolchain that was ever asked for. */
    private final Map<ToolchainId, Line> lines = new HashMap<>();

    /** Guarded by {@code lock}: grants without a taker, the oldest first. */
    private final ArrayDeque<Spare> spares = new ArrayDeque<>();

    /** Guarded by {@code lock}: what the next request tells. */
    private final ArrayDeque<ReturnedGrant> returned = new ArrayDeque<>();

    /** Guarded by {@code lock}. */
    private @Nullable Refusal refusal;

    /** Guarded by {@code lock}: nothing is asked for ahead before. */
    private long notAheadUntilNanos;

    /** Guarded by {@code lock}: whether a thread looks after spare and returned grants. */
    private boolean isTidying;

    /** Guarded by {@code lock}. */
    private boolean isClosed;

    private record Waiting(CompletableFuture<Grant> grant, JobForecast forecast) {}

    /** Compiles of one toolchain. */
    private static final class Line {
        private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

        /** For how many of them a call is under way. */
        private int asked;

        private int calls;
        private boolean isAheadWanted;
        private boolean isAheadAsked;
        private @Nullable JobForecast last;
        private long lastNanos;

        boolean isCallNeeded() {
            return asked < waiting.size() || (isAheadWanted && !isAheadAsked);
        }

        /** Notes that a compile came; whether the one before it was a moment ago. */
        boolean comes(JobForecast forecast, long nowNanos) {
            boolean isSoon = last != null && nowNanos - lastNanos < AHEAD_WITHIN.toNanos();
            last = forecast;
            lastNanos = nowNanos;
            return isSoon;
        }
    }

    /**
     * What one call asks for.
     *
     * @param isAhead whether one more is wanted for a compile that is yet to come
     */
    private record Claim(List<Waiting> waiting, boolean isAhead) {
        int count() {
            return waiting.size() + (isAhead ? 1 : 0);
        }
    }

    private record Spare(ToolchainId toolchain, Grant grant, long sinceNanos) {}

    private record Refusal(String reason, long untilNanos) {}

    /**
     * For one coordinator.
     *
     * @param client a name for fairness and for people
     */
    public GrantPool(
            GrantSource scheduler,
            String client,
            Priority priority,
            LongSupplier nanoTime,
            RandomGenerator random) {
        this.scheduler = scheduler;
        this.client = client;
        this.priority = priority;
        this.nanoTime = nanoTime;
        this.random = random;
        notAheadUntilNanos = nanoTime.getAsLong();
    }

    /**
     * Waits for a grant.
     *
     * @param forecast of the job
     * @throws DistException when the schedulers refuse or can not be reached
     */
    Grant take(ToolchainId toolchain, JobForecast forecast)
            throws DistException, InterruptedException {
        var mine = new Waiting(new CompletableFuture<>(), forecast);
        Grant spare;
        boolean isCallNeeded;
        synchronized (lock) {
            long now = nanoTime.getAsLong();
            Line line = lines.computeIfAbsent(toolchain, _ -> new Line());
            spare = spare(toolchain, now);
            String refused = refused(now);
            if (spare == null && refused != null) {
                throw new DistException("no grant: " + refused);
            }
            line.isAheadWanted =
                    line.comes(forecast, now) && refused == null && now - notAheadUntilNanos >= 0;
            if (spare == null) {
                line.waiting.add(mine);
            }
            isCallNeeded = line.isCallNeeded() && line.calls < CALLS_MAX;
            line.calls += isCallNeeded ? 1 : 0;
        }
        if (isCallNeeded) {
            Thread.ofVirtual()
                    .name("grants-" + toolchain.hex().substring(0, 8))
                    .start(() -> fill(toolchain));
        }
        if (spare != null) {
            return spare;
        }
        try {
            return mine.grant.get();
        } catch (ExecutionException e) {
            throw new DistException("no grant: " + SchedulerClient.reason(e.getCause()), e);
        } catch (InterruptedException e) {
            forget(toolchain, mine);
            throw e;
        }
    }

    /** Called with the lock held: why it is not worth asking yet; null when it is. */
    private @Nullable String refused(long now) {
        return refusal == null || now - refusal.untilNanos >= 0 ? null : refusal.reason;
    }

    /** Called with the lock held; null when there is none. */
    private @Nullable Grant spare(ToolchainId toolchain, long now) {
        expireSpares(now);
        Spare found =
                spares.stream()
                        .filter(spare -> spare.toolchain.equals(toolchain))
                        .findFirst()
                        .orElse(null);
        if (found == null) {
            return null;
        }
        spares.remove(found);
        return found.grant;
    }

    /** Called with the lock held. */
    private void expireSpares(long now) {
        long oldest = now - SPARE_KEPT.toNanos();
        while (!spares.isEmpty() && spares.peekFirst().sinceNanos - oldest < 0) {
            giveBack(spares.removeFirst().grant, ReturnedGrant.Reason.UNUSED);
        }
    }

    /**
     * Asks for one grant in place of one that came to nothing. Waits but a moment: its compile is
     * late already, and can be done here.
     *
     * @param attempt how many places were tried, this one counted
     * @param avoid where it runs
     * @throws DistException when there is none
     */
    Grant takeAnother(
            ToolchainId toolchain, JobForecast forecast, int attempt, Collection<WorkerId> avoid)
            throws DistException, InterruptedException {
        var request = request(toolchain, 1, WAIT_FOR_ANOTHER, attempt, forecast, avoid);
        return switch (scheduler.alloc(request)) {
            case AllocJobResponse.Granted(var grants) -> grants.getFirst();
            case AllocJobResponse.Refused(var reason, _) ->
                    throw new DistException("no other grant: " + reason);
        };
    }

    /** The job of {@code grant} was not run there; the scheduler hears of it within a moment. */
    void giveBack(Grant grant, ReturnedGrant.Reason reason) {
        synchronized (lock) {
            if (returned.size() == AllocJobRequest.COUNT_MAX) {
                returned.removeFirst();
            }
            returned.addLast(new ReturnedGrant(grant.job(), grant.worker(), reason));
            tidyLater();
        }
    }

    /** Called with the lock held, when there is something that must not lie here for long. */
    private void tidyLater() {
        if (!isTidying && !isClosed) {
            isTidying = true;
            Thread.ofVirtual().name("grants-tidy").start(this::tidy);
        }
    }

    /** Gives back what no request took along, until there is nothing left to look after. */
    private void tidy() {
        try {
            while (isAnythingLeft()) {
                Thread.sleep(TIDY_EVERY);
                synchronized (lock) {
                    expireSpares(nanoTime.getAsLong());
                }
                tellReturned();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isAnythingLeft() {
        synchronized (lock) {
            isTidying = !isClosed && !(spares.isEmpty() && returned.isEmpty());
            return isTidying;
        }
    }

    /** A permit that no scheduler hears about is free after a while all the same. */
    private void tellReturned() throws InterruptedException {
        List<ReturnedGrant> back = takeReturned();
        if (back.isEmpty()) {
            return;
        }
        try {
            scheduler.giveBack(new ReturnedGrants(client, back));
        } catch (DistException | RuntimeException e) {
            LOG.log(
                    DEBUG,
                    "grants not given back: count={0} reason={1}",
                    back.size(),
                    SchedulerClient.reason(e));
        }
    }

    private List<ReturnedGrant> takeReturned() {
        synchronized (lock) {
            List<ReturnedGrant> back = List.copyOf(returned);
            returned.clear();
            return back;
        }
    }

    private AllocJobRequest request(
            ToolchainId toolchain,
            int count,
            Duration wait,
            int attempt,
            JobForecast forecast,
            Collection<WorkerId> avoid) {
        return new AllocJobRequest(
                toolchain,
                count,
                wait.toMillis(),
                client,
                priority,
                attempt,
                forecast,
                List.copyOf(avoid),
                takeReturned());
    }

    private void forget(ToolchainId toolchain, Waiting mine) {
        Line line = line(toolchain);
        synchronized (lock) {
            line.waiting.remove(mine);
        }
        if (mine.grant.isDone() && !mine.grant.isCompletedExceptionally()) {
            giveBack(mine.grant.join(), ReturnedGrant.Reason.UNUSED);
        }
    }

    /** Asks until nothing is wanted that nobody else asks for. */
    private void fill(ToolchainId toolchain) {
        Line line = line(toolchain);
        for (Claim claim = claim(line); claim.count() > 0; claim = claim(line)) {
            try {
                AllocJobRequest request =
                        request(
                                toolchain,
                                claim.count(),
                                claim.waiting.isEmpty() ? WAIT_AHEAD : WAIT,
                                1,
                                forecast(line, claim),
                                List.of());
                switch (scheduler.alloc(request)) {
                    case AllocJobResponse.Granted(var grants) ->
                            hand(toolchain, line, claim, grants);
                    case AllocJobResponse.Refused refused -> refuse(line, claim, refused);
                }
            } catch (DistException e) {
                fail(line, claim, e);
            } catch (InterruptedException e) {
                fail(line, claim, new DistException("the coordinator is stopping", e));
            } catch (RuntimeException e) {
                fail(line, claim, new DistException("asking for grants failed: " + e, e));
            }
        }
    }

    private Line line(ToolchainId toolchain) {
        synchronized (lock) {
            return lines.computeIfAbsent(toolchain, _ -> new Line());
        }
    }

    /** Each grant of a claim goes to whoever of it comes first. */
    private JobForecast forecast(Line line, Claim claim) {
        if (claim.waiting.isEmpty()) {
            synchronized (lock) {
                return line.last == null ? JobForecast.UNKNOWN : line.last;
            }
        }
        return new JobForecast(
                mean(claim.waiting, JobForecast::millis),
                mean(claim.waiting, JobForecast::memoryBytes));
    }

    /** Of those of which it is known. */
    private static long mean(List<Waiting> claim, ToLongFunction<JobForecast> what) {
        return (long)
                claim.stream()
                        .map(Waiting::forecast)
                        .mapToLong(what)
                        .filter(known -> known > 0)
                        .average()
                        .orElse(0);
    }

    /**
     * The last of those who wait, for whom no call is under way. Nothing wanted ends the run, in
     * the same step, so that the next one starts another.
     */
    private Claim claim(Line line) {
        synchronized (lock) {
            boolean isAhead = line.isAheadWanted && !line.isAheadAsked && !isClosed;
            int count =
                    Math.clamp(
                            line.waiting.size() - line.asked,
                            0,
                            AllocJobRequest.COUNT_MAX - (isAhead ? 1 : 0));
            if (count == 0 && !isAhead) {
                line.calls--;
                return new Claim(List.of(), false);
            }
            line.asked += count;
            line.isAheadAsked |= isAhead;
            line.isAheadWanted = false;
            var all = new ArrayList<>(line.waiting);
            return new Claim(List.copyOf(all.subList(all.size() - count, all.size())), isAhead);
        }
    }

    /** Called with the lock held, in the step in which those who waited get their answer. */
    private static void answered(Line line, Claim claim) {
        line.asked -= claim.waiting.size();
        if (claim.isAhead) {
            line.isAheadAsked = false;
        }
    }

    private void hand(ToolchainId toolchain, Line line, Claim claim, List<Grant> grants) {
        synchronized (lock) {
            answered(line, claim);
            for (Grant grant : grants) {
                hand(toolchain, line, grant);
            }
        }
    }

    /** Called with the lock held. */
    private void hand(ToolchainId toolchain, Line line, Grant grant) {
        Waiting taker = line.waiting.poll();
        if (taker != null) {
            taker.grant.complete(grant);
        } else if (spares.size() < SPARES_MAX && !isClosed) {
            spares.addLast(new Spare(toolchain, grant, nanoTime.getAsLong()));
            tidyLater();
        } else {
            giveBack(grant, ReturnedGrant.Reason.UNUSED);
        }
    }

    /**
     * Until it is worth asking again, whoever comes hears the reason at once; but that nothing was
     * free for one who would not wait says nothing to one who would.
     */
    private void refuse(Line line, Claim claim, AllocJobResponse.Refused refused) {
        if (!claim.waiting.isEmpty()) {
            synchronized (lock) {
                long pause = Jitter.nanos(Duration.ofMillis(refused.retryAfterMillis()), random);
                refusal = new Refusal(refused.reason(), nanoTime.getAsLong() + pause);
            }
        }
        fail(line, claim, new DistException(refused.reason()));
    }

    private void fail(Line line, Claim claim, DistException reason) {
        synchronized (lock) {
            answered(line, claim);
            line.waiting.removeAll(claim.waiting);
            notAheadUntilNanos = nanoTime.getAsLong() + NOT_AHEAD_AFTER_FAILURE.toNanos();
        }
        claim.waiting.forEach(each -> each.grant.completeExceptionally(reason));
    }

    /** Gives back what is left; nobody asks for anything any more. */
    @Override
    public void close() {
        synchronized (lock) {
            isClosed = true;
            spares.forEach(spare -> giveBack(spare.grant, ReturnedGrant.Reason.UNUSED));
            spares.clear();
        }
        try {
            tellReturned();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
