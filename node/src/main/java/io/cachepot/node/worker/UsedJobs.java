package io.cachepot.node.worker;

import io.cachepot.protocol.JobId;
import io.cachepot.protocol.auth.JobTicket;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Which jobs were dealt with, so that each runs once at most. A job is forgotten when its ticket
 * has expired, for then the door refuses it.
 *
 * <pre>
 * unknown -> open -> over          it ran, or was refused for good
 *             |  -> unknown        something was missing; the client comes again
 * </pre>
 */
final class UsedJobs {
    /** About 30 MB; at a thousand jobs a second, tickets of four minutes. */
    static final int JOBS_MAX = 1 << 18;

    private final InstantSource clock;
    private final int jobsMax;
    private final Object lock = new Object();

    /** Guarded by {@code lock}. */
    private final Set<JobId> known = new HashSet<>();

    /** Those that are over; a subset of {@code known}. Guarded by {@code lock}. */
    private final PriorityQueue<Over> over =
            new PriorityQueue<>(Comparator.comparing(Over::forgetAt));

    private record Over(JobId job, Instant forgetAt) {}

    UsedJobs(InstantSource clock, int jobsMax) {
        this.clock = clock;
        this.jobsMax = jobsMax;
    }

    /**
     * Opens a job.
     *
     * @return why not, if it must not run
     */
    Optional<String> open(JobTicket ticket) {
        synchronized (lock) {
            forgetExpired();
            if (known.contains(ticket.job())) {
                return Optional.of("grant was used already");
            }
            if (known.size() >= jobsMax) {
                return Optional.of(
                        "worker remembers "
                                + jobsMax
                                + " jobs whose grants have not expired, expected fewer");
            }
            known.add(ticket.job());
            return Optional.empty();
        }
    }

    private void forgetExpired() {
        Instant now = clock.instant();
        for (Over oldest = over.peek();
                oldest != null && oldest.forgetAt().isBefore(now);
                oldest = over.peek()) {
            over.remove();
            known.remove(oldest.job());
        }
    }

    /** Closes a job that may come again. */
    void reopenable(JobTicket ticket) {
        synchronized (lock) {
            known.remove(ticket.job());
        }
    }

    /** Closes a job for ever. */
    void over(JobTicket ticket) {
        synchronized (lock) {
            // A second more, since a ticket's expiry is in whole seconds.
            over.add(new Over(ticket.job(), ticket.expiry().plusSeconds(1)));
        }
    }
}
