package io.cachepot.client.dist;

import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.AllocJobResponse;
import io.cachepot.protocol.Grant;
import io.cachepot.protocol.JobForecast;
import io.cachepot.protocol.Priority;
import io.cachepot.protocol.ReturnedGrant;
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
 * way, newcomers queue up for the next. Grants that nobody needs any more go to the next compile,
 * or back to the scheduler.
 */
public final class GrantPool {
    /**
     * How long the scheduler may wait for a free permit before it refuses; then the compile is done
     * here.
     */
    private static final Duration WAIT = Duration.ofSeconds(10);

    private static final Duration WAIT_FOR_ANOTHER = Duration.ofSeconds(1);

    /** A spare grant holds a permit that another client could have. */
    private static final Duration SPARE_KEPT = Duration.ofSeconds(3);

    private static final int SPARES_MAX = 64;

    /**
     * Calls under way for one toolchain. With a single one, a permit that comes free while an
     * answer travels would wait for the next call.
     */
    private static final int CALLS_MAX = 4;

    private final SchedulerClient scheduler;
    private final String client;
    private final Priority priority;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final Object lock = new Object();

    /** Guarded by {@code lock}: those that somebody waits for. */
    private final Map<ToolchainId, Line> lines = new HashMap<>();

    /** Guarded by {@code lock}: grants without a taker, the oldest first. */
    private final ArrayDeque<Spare> spares = new ArrayDeque<>();

    /** Guarded by {@code lock}: what the next request tells. */
    private final ArrayDeque<ReturnedGrant> returned = new ArrayDeque<>();

    /** Guarded by {@code lock}. */
    private @Nullable Refusal refusal;

    private record Waiting(CompletableFuture<Grant> grant, JobForecast forecast) {}

    /** Compiles that wait for grants of one toolchain. */
    private static final class Line {
        private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

        /** For how many of them a call is under way. */
        private int asked;

        private int calls;
    }

    private record Spare(ToolchainId toolchain, Grant grant, long sinceNanos) {}

    private record Refusal(String reason, long untilNanos) {}

    /**
     * For one coordinator.
     *
     * @param client a name for fairness and for people
     */
    public GrantPool(
            SchedulerClient scheduler,
            String client,
            Priority priority,
            LongSupplier nanoTime,
            RandomGenerator random) {
        this.scheduler = scheduler;
        this.client = client;
        this.priority = priority;
        this.nanoTime = nanoTime;
        this.random = random;
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
        boolean isCallNeeded;
        synchronized (lock) {
            Grant spare = spare(toolchain);
            if (spare != null) {
                return spare;
            }
            if (refusal != null && nanoTime.getAsLong() - refusal.untilNanos < 0) {
                throw new DistException("no grant: " + refusal.reason);
            }
            Line line = lines.computeIfAbsent(toolchain, _ -> new Line());
            line.waiting.add(mine);
            isCallNeeded = line.calls < CALLS_MAX && line.asked < line.waiting.size();
            line.calls += isCallNeeded ? 1 : 0;
        }
        if (isCallNeeded) {
            Thread.ofVirtual()
                    .name("grants-" + toolchain.hex().substring(0, 8))
                    .start(() -> fill(toolchain));
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

    /** Called with the lock held; null when there is none. */
    private @Nullable Grant spare(ToolchainId toolchain) {
        long oldest = nanoTime.getAsLong() - SPARE_KEPT.toNanos();
        while (!spares.isEmpty() && spares.peekFirst().sinceNanos - oldest < 0) {
            giveBack(spares.removeFirst().grant, ReturnedGrant.Reason.UNUSED);
        }
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

    /** The job of {@code grant} was not run there; the next request says so. */
    void giveBack(Grant grant, ReturnedGrant.Reason reason) {
        synchronized (lock) {
            if (returned.size() == AllocJobRequest.COUNT_MAX) {
                returned.removeFirst();
            }
            returned.addLast(new ReturnedGrant(grant.job(), grant.worker(), reason));
        }
    }

    private AllocJobRequest request(
            ToolchainId toolchain,
            int count,
            Duration wait,
            int attempt,
            JobForecast forecast,
            Collection<WorkerId> avoid) {
        List<ReturnedGrant> back;
        synchronized (lock) {
            back = List.copyOf(returned);
            returned.clear();
        }
        return new AllocJobRequest(
                toolchain,
                count,
                wait.toMillis(),
                client,
                priority,
                attempt,
                forecast,
                List.copyOf(avoid),
                back);
    }

    private void forget(ToolchainId toolchain, Waiting mine) {
        synchronized (lock) {
            Line line = lines.get(toolchain);
            if (line != null) {
                line.waiting.remove(mine);
            }
        }
        if (mine.grant.isDone() && !mine.grant.isCompletedExceptionally()) {
            giveBack(mine.grant.join(), ReturnedGrant.Reason.UNUSED);
        }
    }

    /** Asks until nobody waits for whom nobody else asks. */
    private void fill(ToolchainId toolchain) {
        for (List<Waiting> claim = claim(toolchain, 0); !claim.isEmpty(); ) {
            try {
                switch (scheduler.alloc(
                        request(toolchain, claim.size(), WAIT, 1, mean(claim), List.of()))) {
                    case AllocJobResponse.Granted granted ->
                            granted.grants().forEach(grant -> hand(toolchain, grant));
                    case AllocJobResponse.Refused refused -> refuse(toolchain, claim, refused);
                }
            } catch (DistException e) {
                fail(toolchain, claim, e);
            } catch (InterruptedException e) {
                fail(toolchain, claim, new DistException("the coordinator is stopping", e));
            } catch (RuntimeException e) {
                fail(toolchain, claim, new DistException("asking for grants failed: " + e, e));
            }
            claim = claim(toolchain, claim.size());
        }
    }

    /** Each grant of a claim goes to whoever of it comes first. */
    private static JobForecast mean(List<Waiting> claim) {
        return new JobForecast(
                mean(claim, JobForecast::millis), mean(claim, JobForecast::memoryBytes));
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
     * The last of those who wait, for whom no call is under way. Nobody left ends the run, in the
     * same step, so that the next one starts another.
     *
     * @param answered for how many the call before was
     */
    private List<Waiting> claim(ToolchainId toolchain, int answered) {
        synchronized (lock) {
            Line line = lines.get(toolchain);
            if (line == null) {
                return List.of();
            }
            line.asked -= answered;
            int count = Math.clamp(line.waiting.size() - line.asked, 0, AllocJobRequest.COUNT_MAX);
            line.asked += count;
            if (count == 0) {
                line.calls--;
                if (line.calls == 0 && line.waiting.isEmpty()) {
                    lines.remove(toolchain);
                }
                return List.of();
            }
            var claim = new ArrayList<>(line.waiting);
            return claim.subList(claim.size() - count, claim.size());
        }
    }

    private void hand(ToolchainId toolchain, Grant grant) {
        synchronized (lock) {
            Line line = lines.get(toolchain);
            Waiting taker = line == null ? null : line.waiting.poll();
            if (taker != null) {
                taker.grant.complete(grant);
            } else if (spares.size() < SPARES_MAX) {
                spares.addLast(new Spare(toolchain, grant, nanoTime.getAsLong()));
            } else {
                giveBack(grant, ReturnedGrant.Reason.UNUSED);
            }
        }
    }

    /** Until it is worth asking again, whoever comes hears the reason at once. */
    private void refuse(
            ToolchainId toolchain, List<Waiting> claim, AllocJobResponse.Refused refused) {
        synchronized (lock) {
            long pause = Jitter.nanos(Duration.ofMillis(refused.retryAfterMillis()), random);
            refusal = new Refusal(refused.reason(), nanoTime.getAsLong() + pause);
        }
        fail(toolchain, claim, new DistException(refused.reason()));
    }

    private void fail(ToolchainId toolchain, List<Waiting> claim, DistException reason) {
        synchronized (lock) {
            Line line = lines.get(toolchain);
            if (line != null) {
                line.waiting.removeAll(claim);
            }
        }
        claim.forEach(each -> each.grant.completeExceptionally(reason));
    }
}
