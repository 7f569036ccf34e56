package io.cachepot.protocol.auth;

import io.cachepot.protocol.JobId;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import java.time.Instant;

/**
 * What a job token says: this job may run on this start of this worker, with this toolchain, until
 * then.
 *
 * @param incarnation of the worker
 * @param expiry by the worker's clock, whole seconds
 */
public record JobTicket(
        JobId job, WorkerId worker, long incarnation, ToolchainId toolchain, Instant expiry) {}
