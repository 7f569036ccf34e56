package io.cachepot.node.grid;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import io.cachepot.node.scheduler.UnavailableException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the grid, but not for long: Hazelcast itself would wait two minutes for a frozen
 * member, while the client could have asked the other scheduler.
 */
final class Calls {
    private static final long SECONDS_MAX = 2;

    private Calls() {}

    /**
     * What {@code call} gives.
     *
     * @param what was asked, for the message
     * @throws UnavailableException when it fails or takes longer than two seconds
     */
    static <T> T await(String what, Supplier<CompletionStage<T>> call) {
        try {
            return call.get().toCompletableFuture().get(SECONDS_MAX, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new UnavailableException(
                    "the grid did not answer within " + SECONDS_MAX + " s: " + what, e);
        } catch (ExecutionException e) {
            throw new UnavailableException("the grid failed: " + what + ": " + e.getMessage(), e);
        } catch (HazelcastException | HazelcastInstanceNotActiveException e) {
            throw new UnavailableException("the grid is down: " + what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted: " + what, e);
        }
    }

    /** Told what a call gave; one of the two is null, both when the call gave null. */
    interface Outcome<T> {
        void of(@Nullable T value, @Nullable String failure);
    }

    /**
     * As {@link #await}, but tells {@code then} in some thread of the grid's, which is not held.
     */
    static <T> void then(String what, Supplier<CompletionStage<T>> call, Outcome<? super T> then) {
        CompletionStage<T> under;
        try {
            under = call.get();
        } catch (HazelcastException | HazelcastInstanceNotActiveException e) {
            then.of(null, "the grid is down: " + what + ": " + e.getMessage());
            return;
        }
        var _ =
                under.toCompletableFuture()
                        .copy()
                        .orTimeout(SECONDS_MAX, TimeUnit.SECONDS)
                        .whenComplete((value, e) -> then.of(value, failure(what, e)));
    }

    private static @Nullable String failure(String what, @Nullable Throwable e) {
        if (e == null) {
            return null;
        }
        return e instanceof TimeoutException
                ? "the grid did not answer within " + SECONDS_MAX + " s: " + what
                : "the grid failed: " + what + ": " + e.getMessage();
    }
}
