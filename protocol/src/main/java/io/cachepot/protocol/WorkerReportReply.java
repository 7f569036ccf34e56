package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.checkCount;
import static io.cachepot.protocol.Checks.checkText;

import java.util.List;

/**
 * A scheduler's answer to a {@link WorkerReport}: what the worker needs to know of the cluster.
 *
 * @param isNew whether the scheduler did not know this incarnation
 * @param tokenKeys public keys (X25519, X.509 encoding, base64) whose job tokens the worker
 *     accepts: one per scheduler
 * @param schedulers URLs of all schedulers known, so that a worker configured with one finds the
 *     other
 * @param gridName name of the grid to join as a lite member
 * @param gridMembers {@code host:port} of its data members; empty when the worker can not or need
 *     not join
 * @param prefetch toolchains that are in demand and that this worker, which idles, should fetch
 *     from another
 */
public record WorkerReportReply(
        boolean isNew,
        List<String> tokenKeys,
        List<String> schedulers,
        String gridName,
        List<String> gridMembers,
        List<ToolchainId> prefetch) {
    private static final int PREFETCH_MAX = 16;

    public WorkerReportReply {
        checkCount("token_keys", tokenKeys, 64);
        tokenKeys.forEach(key -> checkText("token_keys", key, 1_000));
        checkCount("schedulers", schedulers, 64);
        schedulers.forEach(url -> checkText("schedulers", url, 1_000));
        checkText("grid_name", gridName, 200);
        checkCount("grid_members", gridMembers, 64);
        gridMembers.forEach(member -> checkText("grid_members", member, 300));
        tokenKeys = List.copyOf(tokenKeys);
        schedulers = List.copyOf(schedulers);
        checkCount("prefetch", prefetch, PREFETCH_MAX);
        gridMembers = List.copyOf(gridMembers);
        prefetch = List.copyOf(prefetch);
    }
}
