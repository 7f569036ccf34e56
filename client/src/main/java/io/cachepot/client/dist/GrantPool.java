package io.cachepot.client.dist;

import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.AllocJobResponse;
import io.cachepot.protocol.Grant;
import io.cachepot.protocol.ToolchainId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Gets grants for all compiles that wait, in one call instead of one each: while a call is under
 * way, newcomers queue up for the next.
 */
public final class GrantPool {
    /**
     * How long the scheduler may wait for a free permit before it refuses; then the compile is done
     * here.
     */
    private static final Duration WAIT = Duration.ofSeconds(10);

    private static final Duration WAIT_FOR_ANOTHER = Duration.ofSeconds(1);

    private final SchedulerClient scheduler;
    private final String client;
    private final Object lock = new Object();

    /** Guarded by {@code lock}. */
    private final Map<ToolchainId, ArrayDeque<CompletableFuture<Grant>>> waiting = new HashMap<>();

    /**
     * For one coordinator.
     *
     * @param client a name for fairness and for people
     */
    public GrantPool(SchedulerClient scheduler, String client) {
        this.scheduler = scheduler;
        this.client = client;
    }

    /**
     * Waits for a grant.
     *
     * @throws DistException when the schedulers refuse or can not be reached
     */
    public Grant take(ToolchainId toolchain) throws DistException, InterruptedException {
        var mine = new CompletableFuture<Grant>();
        boolean isFirst;
        synchronized (lock) {
            isFirst = !waiting.containsKey(toolchain);
            waiting.computeIfAbsent(toolchain, _ -> new ArrayDeque<>()).add(mine);
        }
        if (isFirst) {
            Thread.ofVirtual()
                    .name("grants-" + toolchain.hex().substring(0, 8))
                    .start(() -> fill(toolchain));
        }
        try {
            return mine.get();
        } catch (ExecutionException e) {
            throw new DistException("no grant: " + SchedulerClient.reason(e.getCause()), e);
        } catch (InterruptedException e) {
            forget(toolchain, mine);
            throw e;
        }
    }

    /**
     * Asks for one grant in place of one that came to nothing. Waits but a moment: its compile is
     * late already, and can be done here.
     *
     * @throws DistException when there is none
     */
    public Grant takeAnother(ToolchainId toolchain) throws DistException, InterruptedException {
        var request = AllocJobRequest.of(toolchain, 1, WAIT_FOR_ANOTHER.toMillis(), client);
        return switch (scheduler.alloc(request)) {
            case AllocJobResponse.Granted(var grants) -> grants.getFirst();
            case AllocJobResponse.Refused(var reason, _) ->
                    throw new DistException("no other grant: " + reason);
        };
    }

    private void forget(ToolchainId toolchain, CompletableFuture<Grant> mine) {
        synchronized (lock) {
            var queue = waiting.get(toolchain);
            if (queue != null) {
                mine.cancel(false);
                queue.removeIf(CompletableFuture::isCancelled);
            }
        }
    }

    /** Asks until nobody waits. */
    private void fill(ToolchainId toolchain) {
        for (int count = claim(toolchain); count > 0; count = claim(toolchain)) {
            try {
                var request =
                        AllocJobRequest.of(
                                toolchain,
                                Math.min(count, AllocJobRequest.COUNT_MAX),
                                WAIT.toMillis(),
                                client);
                switch (scheduler.alloc(request)) {
                    case AllocJobResponse.Granted granted ->
                            granted.grants().forEach(grant -> hand(toolchain, grant));
                    case AllocJobResponse.Refused refused ->
                            fail(toolchain, count, new DistException(refused.reason()));
                }
            } catch (DistException e) {
                fail(toolchain, count, e);
            } catch (InterruptedException e) {
                fail(toolchain, count, new DistException("the coordinator is stopping", e));
            } catch (RuntimeException e) {
                fail(toolchain, count, new DistException("asking for grants failed: " + e, e));
            }
        }
    }

    /**
     * How many wait; nobody left ends the run, in the same step, so that the next one starts
     * another.
     */
    private int claim(ToolchainId toolchain) {
        synchronized (lock) {
            var queue = waiting.get(toolchain);
            if (queue == null || queue.isEmpty()) {
                waiting.remove(toolchain);
                return 0;
            }
            return queue.size();
        }
    }

    /** A grant whose taker has gone away expires by itself. */
    private void hand(ToolchainId toolchain, Grant grant) {
        CompletableFuture<Grant> taker = poll(toolchain);
        if (taker != null) {
            taker.complete(grant);
        }
    }

    private void fail(ToolchainId toolchain, int count, DistException reason) {
        for (int i = 0; i < count; i++) {
            CompletableFuture<Grant> taker = poll(toolchain);
            if (taker == null) {
                return;
            }
            taker.completeExceptionally(reason);
        }
    }

    private @Nullable CompletableFuture<Grant> poll(ToolchainId toolchain) {
        synchronized (lock) {
            var queue = waiting.get(toolchain);
            return queue == null ? null : queue.poll();
        }
    }
}
