package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;
import static io.cachepot.protocol.Checks.checkText;

/**
 * A worker that holds something, and the right to fetch it there.
 *
 * @param workerUrl where, {@code https://host:port/}
 * @param certificateDigest SHA-256 of the worker's certificate (DER), the only one to accept there
 * @param token bearer for that worker; names what may be fetched, worker, incarnation and expiry
 */
public record Location(WorkerId worker, String workerUrl, Digest certificateDigest, String token) {
    public Location {
        checkText("location.worker_url", workerUrl, 1_000);
        check(workerUrl.startsWith("https://"), "location.worker_url", workerUrl, "an https URL");
        checkText("location.token", token, 8_192);
    }

    /** All but the token, which is a secret. */
    @Override
    public String toString() {
        return "Location[" + worker + "]";
    }
}
