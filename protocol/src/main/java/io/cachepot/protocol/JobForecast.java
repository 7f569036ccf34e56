package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;

/**
 * What a client expects of a job, from earlier compiles of the same unit with the same flags. Zero
 * means that it does not know.
 *
 * @param millis wall time on a usual worker, 0 to 86 400 000
 * @param memoryBytes at its peak, at least 0
 */
public record JobForecast(long millis, long memoryBytes) {
    public static final JobForecast UNKNOWN = new JobForecast(0, 0);

    private static final long MILLIS_MAX = 86_400_000;

    public JobForecast {
        check(millis >= 0 && millis <= MILLIS_MAX, "forecast.millis", millis, "0 to " + MILLIS_MAX);
        check(memoryBytes >= 0, "forecast.memory_bytes", memoryBytes, "at least 0");
    }
}
