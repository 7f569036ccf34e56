package io.cachepot.node.worker;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.auth.FetchTicket;
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
        JobTicket ticket = keys.verifier().verify(token);
        checkIsFor(ticket.worker(), ticket.incarnation());
        if (!ticket.job().equals(fromPath)) {
            throw new TokenException(
                    "job token is for job " + ticket.job() + ", the request names " + fromPath);
        }
        return ticket;
    }

    /**
     * Lets in who may fetch something.
     *
     * @param token the bearer token, without {@code Bearer}
     * @param digest what the request names
     * @throws TokenException when it must not come in; the message says why
     */
    public void checkFetch(String token, FetchTicket.Kind kind, Digest digest) {
        FetchTicket ticket = keys.verifier().verifyFetch(token);
        checkIsFor(ticket.worker(), ticket.incarnation());
        if (ticket.kind() != kind || !ticket.digest().equals(digest)) {
            throw new TokenException(
                    "token is for "
                            + ticket.kind()
                            + " "
                            + ticket.digest()
                            + ", the request names "
                            + kind
                            + " "
                            + digest);
        }
    }

    private void checkIsFor(WorkerId worker, long incarnation) {
        if (!worker.equals(self.id())) {
            throw new TokenException("token is for worker " + worker + ", this is " + self.id());
        }
        if (incarnation != self.incarnation()) {
            throw new TokenException(
                    "token is for another start of this worker ("
                            + incarnation
                            + "), this one is "
                            + self.incarnation());
        }
    }
}
