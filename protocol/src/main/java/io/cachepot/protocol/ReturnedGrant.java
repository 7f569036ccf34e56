package io.cachepot.protocol;

/**
 * A grant that came to nothing. Its permit is free again at once, and the scheduler learns which
 * workers fail.
 */
public record ReturnedGrant(JobId job, WorkerId worker, Reason reason) {
    /** Why it was not used. */
    public enum Reason {
        /** Nobody needed it any more; the worker is not to blame. */
        UNUSED,

        /** The worker could not be reached, hung up, or was silent for too long. */
        UNREACHABLE,

        /** The worker answered that it did not run the job, or not so that it could be used. */
        FAILED
    }
}
