package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.checkCount;
import static io.cachepot.protocol.Checks.checkText;

import java.util.List;

/**
 * Gives grants back without asking for others.
 *
 * @param client who they were given to, as in {@link AllocJobRequest}
 * @param returned at most 256
 */
public record ReturnedGrants(String client, List<ReturnedGrant> returned) {
    public ReturnedGrants {
        checkText("client", client, AllocJobRequest.CLIENT_MAX);
        checkCount("returned", returned, AllocJobRequest.COUNT_MAX);
        returned = List.copyOf(returned);
    }
}
