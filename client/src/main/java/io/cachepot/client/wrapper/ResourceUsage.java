package io.cachepot.client.wrapper;

import java.time.Duration;

/**
 * What a child and its own children used.
 *
 * @param user CPU time in user mode
 * @param system CPU time in the kernel
 * @param rssKibMax resident memory of the largest of them
 * @param wall from start to end
 */
public record ResourceUsage(Duration user, Duration system, long rssKibMax, Duration wall) {}
