package io.cachepot.node.worker;

import io.cachepot.protocol.auth.JobTokenVerifier;
import io.cachepot.protocol.auth.TokenException;
import io.cachepot.protocol.auth.TokenKeyPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The keys whose job tokens are good: those that any scheduler named lately. A key stays a while
 * after it was heard of last, so that grants in hand outlive the scheduler that gave them.
 */
public final class SchedulerKeys {
    private static final Duration KEPT_FOR = Duration.ofMinutes(10);

    /** Far more than there are schedulers; each restart of one makes another. */
    private static final int KEYS_MAX = 256;

    private final TokenKeyPair self;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Object lock = new Object();

    /** Key -> when it was heard of last, the earliest first. Guarded by {@code lock}. */
    private final LinkedHashMap<String, Long> heardAt = new LinkedHashMap<>();

    /** For exactly the keys of {@code heardAt}. Guarded by {@code lock}. */
    private JobTokenVerifier verifier;

    /**
     * No keys as yet.
     *
     * @param self the worker's own keys
     * @param clock tells whether a token is expired
     * @param nanoTime as {@link System#nanoTime}; tells how long a key is not heard of
     */
    public SchedulerKeys(TokenKeyPair self, InstantSource clock, LongSupplier nanoTime) {
        this.self = self;
        this.clock = clock;
        this.nanoTime = nanoTime;
        verifier = new JobTokenVerifier(self, List.of(), clock);
    }

    /**
     * Takes what a scheduler says.
     *
     * @throws TokenException when one is not a key; then none is taken
     */
    void heard(List<String> keys) {
        synchronized (lock) {
            check(keys);
            boolean isChanged = forgetOld();
            for (String key : keys) {
                isChanged |= heardAt.remove(key) == null;
                heardAt.put(key, nanoTime.getAsLong());
            }
            while (heardAt.size() > KEYS_MAX) {
                heardAt.pollFirstEntry();
            }
            rebuildIf(isChanged);
        }
    }

    /** Most replies bring keys that are known. Called with {@code lock} held. */
    private void check(List<String> keys) {
        List<String> unknown = keys.stream().filter(key -> !heardAt.containsKey(key)).toList();
        if (!unknown.isEmpty()) {
            var _ = new JobTokenVerifier(self, unknown, clock);
        }
    }

    /** Believes the keys that are good now. */
    public JobTokenVerifier verifier() {
        synchronized (lock) {
            rebuildIf(forgetOld());
            return verifier;
        }
    }

    /** Called with {@code lock} held. */
    private boolean forgetOld() {
        long now = nanoTime.getAsLong();
        return heardAt.values().removeIf(at -> now - at > KEPT_FOR.toNanos());
    }

    /** Called with {@code lock} held. */
    private void rebuildIf(boolean isChanged) {
        if (isChanged) {
            verifier = new JobTokenVerifier(self, List.copyOf(heardAt.keySet()), clock);
        }
    }
}
