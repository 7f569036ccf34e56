package io.cachepot.node.scheduler;

/**
 * A worker as this scheduler sees it.
 *
 * @param heardNanos when its last word came, by {@code System.nanoTime} of this scheduler
 */
public record KnownWorker(WorkerEntry entry, long heardNanos) {}
