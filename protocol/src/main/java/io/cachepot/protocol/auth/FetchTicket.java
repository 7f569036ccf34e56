package io.cachepot.protocol.auth;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.WorkerId;
import java.time.Instant;

/**
 * What a fetch token says: this may be fetched from this start of this worker, until then. It does
 * not let a job in.
 *
 * @param digest id of a toolchain, or key of a result
 * @param incarnation of the worker
 * @param expiry by the worker's clock, whole seconds
 */
public record FetchTicket(
        Kind kind, Digest digest, WorkerId worker, long incarnation, Instant expiry) {
    /** What is fetched. */
    public enum Kind {
        TOOLCHAIN("toolchain"),
        RESULT("result");

        private final String claim;

        Kind(String claim) {
            this.claim = claim;
        }

        String claim() {
            return claim;
        }

        static Kind of(String claim) {
            for (Kind kind : values()) {
                if (kind.claim.equals(claim)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException(
                    "fetch is '" + claim + "', expected toolchain or result");
        }
    }
}
