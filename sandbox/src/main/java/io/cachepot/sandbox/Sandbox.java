package io.cachepot.sandbox;

import java.io.IOException;

/**
 * Runs one process at a time per call in a closed root: the toolchain read-only, the job's inputs,
 * an empty network, nothing of the host. Calls may overlap. Every implementation passes {@code
 * SandboxContract}.
 */
public interface Sandbox extends AutoCloseable {
    /**
     * Runs the process to its end, hands over stdout, stderr and the outputs, then removes every
     * trace of it.
     *
     * <p>{@code receiver} is called on the calling thread after the process has ended, in the order
     * stdout, stderr, outputs as listed in the spec; an output that the process did not write is
     * left out. It is called only when the result is {@link SandboxResult.Ended}.
     *
     * @throws IOException when the sandbox itself failed; the job may run elsewhere
     * @throws SandboxException when the spec can not be run (a path that escapes, say)
     * @throws InterruptedException when cancelled; by then the process is dead
     */
    SandboxResult run(SandboxSpec spec, SandboxReceiver receiver)
            throws IOException, InterruptedException;

    /**
     * What holds here and what does not, one sentence each, for the start-up log and the status
     * page.
     */
    SandboxReport report();

    /** Stops what runs and removes the sandbox's directories. */
    @Override
    void close();
}
