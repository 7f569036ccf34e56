package io.cachepot.client.coordinator;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps the heap small while results pass through it. Many compiles at once hold their outputs
 * longer than the young generation lasts, so these die among what stays, and that is collected when
 * the heap has reached its limit and not before: a coordinator took ten times what it needs.
 */
final class HeapTrim {
    /**
     * Takes some hundredths of a second, so it must be rare beside the compiles that made it due.
     */
    static final long EVERY_BYTES = 64L << 20;

    private final Runnable collection;
    private final AtomicLong bytes = new AtomicLong();

    /**
     * @param collection of garbage, all of it
     */
    HeapTrim(Runnable collection) {
        this.collection = collection;
    }

    /** Outputs of {@code size} bytes were in memory and are not needed any more. */
    void passed(long size) {
        long passed = bytes.addAndGet(size);
        if (passed >= EVERY_BYTES && bytes.compareAndSet(passed, 0)) {
            collection.run();
        }
    }
}
