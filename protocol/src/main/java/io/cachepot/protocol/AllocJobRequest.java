package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;
import static io.cachepot.protocol.Checks.checkText;

/**
 * Asks for grants.
 *
 * @param toolchain that all of these jobs need
 * @param count how many are wanted, 1 to 256; fewer may come
 * @param waitMillis how long the scheduler may wait for a free permit before it refuses, 0 to 60
 *     000
 * @param client a name for fairness and for people: {@code user@host}
 */
public record AllocJobRequest(ToolchainId toolchain, int count, long waitMillis, String client) {
    public static final int COUNT_MAX = 256;
    public static final long WAIT_MILLIS_MAX = 60_000;

    public AllocJobRequest {
        check(count >= 1 && count <= COUNT_MAX, "count", count, "1 to " + COUNT_MAX);
        check(
                waitMillis >= 0 && waitMillis <= WAIT_MILLIS_MAX,
                "wait_millis",
                waitMillis,
                "0 to " + WAIT_MILLIS_MAX);
        checkText("client", client, 500);
    }
}
