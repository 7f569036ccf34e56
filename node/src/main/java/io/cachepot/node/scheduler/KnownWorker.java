package io.cachepot.node.scheduler;

/**
 * A worker as this scheduler sees it.
 *
 * @param heardNanos when its last word came, by {@code System.nanoTime} of this scheduler
 */
public record KnownWorker(WorkerEntry entry, long heardNanos) {
    /** Whether it is there, be it full or not: it takes jobs, and was heard of lately. */
    boolean isThere(long nowNanos, long silenceNanosMax) {
        return entry.takesJobs() && nowNanos - heardNanos <= silenceNanosMax;
    }
}
