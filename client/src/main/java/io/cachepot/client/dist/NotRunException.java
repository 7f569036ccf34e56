package io.cachepot.client.dist;

import io.cachepot.protocol.RunJobResult.Reason;
import io.cachepot.protocol.WorkerId;

/** A worker answered that it did not run a job. */
final class NotRunException extends DistException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    NotRunException(WorkerId worker, Reason reason, String detail) {
        super("worker " + worker + " did not run it (" + reason + "): " + detail);
        this.reason = reason;
    }

    /** Whether the next job there may fare no better: not when it was full, or the job is wrong. */
    boolean isWorkersFault() {
        return switch (reason) {
            case SANDBOX, INTERNAL -> true;
            case NO_PERMIT, STALE_GRANT, LIMIT, BAD_JOB, BAD_TOOLCHAIN -> false;
        };
    }

    /** Whether another worker would say the same. */
    boolean isJobsFault() {
        return reason == Reason.BAD_JOB;
    }
}
