package io.cachepot.node.worker;

import io.cachepot.protocol.JobId;
import io.cachepot.protocol.auth.JobTicket;
import io.cachepot.protocol.auth.TokenException;

/** Lets in who holds a job token of one of our schedulers for this start of this worker. */
public final class TicketDoor {
    private final WorkerIdentity self;
    private final SchedulerKeys keys;

    public TicketDoor(WorkerIdentity self, SchedulerKeys keys) {
        this.self = self;
        this.keys = keys;
    }

    /**
     * What {@code token} says.
     *
     * @param token the bearer token, without {@code Bearer}
     * @param fromPath the job that the request names
     * @throws TokenException when it must not come in; the message says why
     */
    public JobTicket check(String token, JobId fromPath) {
        JobTicket ticket = verify(token);
        if (!ticket.worker().equals(self.id())) {
            throw new TokenException(
                    "job token is for worker " + ticket.worker() + ", this is " + self.id());
        }
        if (ticket.incarnation() != self.incarnation()) {
            throw new TokenException(
                    "job token is for another start of this worker ("
                            + ticket.incarnation()
                            + "), this one is "
                            + self.incarnation());
        }
        if (!ticket.job().equals(fromPath)) {
            throw new TokenException(
                    "job token is for job " + ticket.job() + ", the request names " + fromPath);
        }
        return ticket;
    }

    private JobTicket verify(String token) {
        try {
            return keys.verifier().verify(token);
        } catch (IllegalArgumentException e) {
            // Signed by a scheduler, but with a claim that is none of ours.
            throw new TokenException("job token is not valid: " + e.getMessage(), e);
        }
    }
}
