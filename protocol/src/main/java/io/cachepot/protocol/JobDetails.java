package io.cachepot.protocol;

/**
 * One job as a scheduler sees it.
 *
 * @param client that it was granted to; empty when that is not known
 * @param forecastMillis how long it should run; 0 when that is not known
 * @param wallMillis how long it ran; 0 when it has not ended, or did not run
 * @param endedAtMillis since the epoch; 0 when it has not ended
 * @param end how it came out
 */
public record JobDetails(
        JobId job,
        JobState state,
        WorkerId worker,
        String client,
        long forecastMillis,
        long wallMillis,
        long endedAtMillis,
        JobEnd end) {}
