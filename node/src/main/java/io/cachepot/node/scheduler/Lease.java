package io.cachepot.node.scheduler;

import io.cachepot.protocol.JobForecast;

/**
 * For whom a permit is held.
 *
 * @param scheduler that granted it; empty when that is not known
 * @param client that it was granted to; empty when that is not known
 */
public record Lease(String scheduler, String client, JobForecast forecast) {
    /** Of a job that a worker runs without a grant that this cluster remembers. */
    static final Lease UNKNOWN = new Lease("", "", JobForecast.UNKNOWN);
}
