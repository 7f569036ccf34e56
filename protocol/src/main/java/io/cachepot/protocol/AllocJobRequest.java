package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;
import static io.cachepot.protocol.Checks.checkCount;
import static io.cachepot.protocol.Checks.checkText;

import java.util.List;

/**
 * Asks for grants.
 *
 * @param toolchain that all of these jobs need
 * @param count how many are wanted, 1 to 256; fewer may come
 * @param waitMillis how long the scheduler may wait for a free permit before it refuses, 0 to 60
 *     000
 * @param client a name for fairness and for people: {@code user@host}
 * @param attempt 1 for jobs that no worker has tried yet, 2 for those that failed on one, up to 100
 * @param forecast what is expected of each of these jobs
 * @param avoid workers that shall not do it, at most 16: it runs there already
 * @param returned earlier grants that were not used, at most 256
 */
public record AllocJobRequest(
        ToolchainId toolchain,
        int count,
        long waitMillis,
        String client,
        Priority priority,
        int attempt,
        JobForecast forecast,
        List<WorkerId> avoid,
        List<ReturnedGrant> returned) {
    public static final int COUNT_MAX = 256;
    public static final long WAIT_MILLIS_MAX = 60_000;
    static final int CLIENT_MAX = 500;
    private static final int ATTEMPTS_MAX = 100;
    private static final int AVOIDED_MAX = 16;

    public AllocJobRequest {
        check(count >= 1 && count <= COUNT_MAX, "count", count, "1 to " + COUNT_MAX);
        check(
                waitMillis >= 0 && waitMillis <= WAIT_MILLIS_MAX,
                "wait_millis",
                waitMillis,
                "0 to " + WAIT_MILLIS_MAX);
        checkText("client", client, CLIENT_MAX);
        check(attempt >= 1 && attempt <= ATTEMPTS_MAX, "attempt", attempt, "1 to " + ATTEMPTS_MAX);
        checkCount("avoid", avoid, AVOIDED_MAX);
        avoid = List.copyOf(avoid);
        checkCount("returned", returned, COUNT_MAX);
        returned = List.copyOf(returned);
    }

    /** A first attempt at jobs of which nothing is known. */
    public static AllocJobRequest of(
            ToolchainId toolchain, int count, long waitMillis, String client) {
        return new AllocJobRequest(
                toolchain,
                count,
                waitMillis,
                client,
                Priority.NORMAL,
                1,
                JobForecast.UNKNOWN,
                List.of(),
                List.of());
    }
}
