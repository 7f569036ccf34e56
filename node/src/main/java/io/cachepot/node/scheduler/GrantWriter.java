package io.cachepot.node.scheduler;

import io.cachepot.protocol.Grant;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.auth.JobTicket;
import io.cachepot.protocol.auth.JobTokenSigner;
import java.time.Duration;
import java.time.InstantSource;

/** Writes grants: what a client needs to run a job on a worker, with the signed ticket for it. */
final class GrantWriter {
    /**
     * How long a worker takes the ticket: long enough to send a large toolchain first. The permit
     * behind it is held for a shorter time, see {@link LeaseSweeper}.
     */
    private static final Duration LIFETIME = Duration.ofMinutes(15);

    private final JobTokenSigner signer;
    private final InstantSource clock;

    GrantWriter(JobTokenSigner signer, InstantSource clock) {
        this.signer = signer;
        this.clock = clock;
    }

    Grant write(JobId job, WorkerEntry worker, ToolchainId toolchain) {
        var ticket =
                new JobTicket(
                        job,
                        worker.id(),
                        worker.incarnation(),
                        toolchain,
                        clock.instant().plus(LIFETIME));
        return new Grant(
                job,
                worker.id(),
                worker.url(),
                worker.certificate(),
                signer.sign(ticket, worker.tokenKey()),
                LIFETIME.toMillis(),
                worker.toolchains().contains(toolchain));
    }
}
