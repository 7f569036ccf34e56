package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;
import static io.cachepot.protocol.Checks.checkText;

/**
 * The right to run one job on one worker.
 *
 * @param workerUrl where, {@code https://host:port/}
 * @param certificateDigest SHA-256 of the worker's certificate (DER), the only one to accept there
 * @param token bearer for that worker; names job, worker, incarnation, toolchain and expiry
 * @param expiresInMillis how long from now the worker will accept it; a duration, since clocks
 *     differ
 * @param toolchainPresent whether the worker said that it holds the toolchain
 */
public record Grant(
        JobId job,
        WorkerId worker,
        String workerUrl,
        Digest certificateDigest,
        String token,
        long expiresInMillis,
        boolean toolchainPresent) {
    public Grant {
        checkText("grant.worker_url", workerUrl, 1_000);
        check(workerUrl.startsWith("https://"), "grant.worker_url", workerUrl, "an https URL");
        checkText("grant.token", token, 8_192);
        check(expiresInMillis >= 0, "grant.expires_in_millis", expiresInMillis, "at least 0");
    }

    /** All but the token, which is a secret. */
    @Override
    public String toString() {
        return "Grant[" + job + " on " + worker + "]";
    }
}
