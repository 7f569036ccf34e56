package io.cachepot.node.scheduler;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.EndedJob;
import io.cachepot.protocol.JobForecast;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.WorkerReport.State;
import io.cachepot.protocol.auth.TokenKeyPair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;

/** Workers and their reports, as tests need them. */
public final class Workers {
    public static final WorkerId A = new WorkerId("a:1");
    public static final WorkerId B = new WorkerId("b:2");
    public static final Digest CERTIFICATE = Digest.of(Bytes.utf8("certificate"));
    public static final TokenKeyPair TOKEN_KEYS = TokenKeyPair.create();
    public static final ToolchainId GCC = new ToolchainId(Digest.of(Bytes.utf8("gcc")));

    private Workers() {}

    public static JobId job(int number) {
        return new JobId("%032x".formatted(number));
    }

    public static List<JobId> jobs(int count) {
        return java.util.stream.IntStream.range(0, count).mapToObj(Workers::job).toList();
    }

    /** Leases of these jobs, granted by {@code scheduler}. */
    public static SequencedMap<JobId, Lease> leases(List<JobId> jobs, String scheduler) {
        var leases = new LinkedHashMap<JobId, Lease>();
        jobs.forEach(job -> leases.put(job, new Lease(scheduler, "u", JobForecast.UNKNOWN)));
        return leases;
    }

    /** Leases permits and waits for the answer; those that were got. */
    public static List<JobId> reserve(
            WorkerRegistry registry, WorkerId worker, long incarnation, List<JobId> jobs) {
        var answer = new CompletableFuture<Reservation>();
        registry.reserve(worker, incarnation, leases(jobs, "test"), answer::complete);
        return answer.join() instanceof Reservation.Leased(var leased) ? leased : List.of();
    }

    /** A report of incarnation 1 of a worker that is up. */
    public static WorkerReport report(
            WorkerId worker, long sequence, int jobsMax, List<JobId> running, List<JobId> ended) {
        return report(worker, 1, sequence, jobsMax, State.UP, running, ended, List.of());
    }

    public static WorkerReport report(
            WorkerId worker,
            long incarnation,
            long sequence,
            int jobsMax,
            State state,
            List<JobId> running,
            List<JobId> ended,
            List<ToolchainId> toolchains) {
        return new WorkerReport(
                incarnation,
                sequence,
                "https://" + worker + "/",
                "pem",
                TOKEN_KEYS.publicKey(),
                jobsMax,
                state,
                running,
                ended.stream().map(job -> new EndedJob(job, 1)).toList(),
                toolchains,
                jobsMax,
                0,
                -1,
                List.of(),
                "test");
    }

    /** A worker that is up and idle. */
    public static WorkerEntry idle(WorkerId worker, int jobsMax) {
        return WorkerEntry.of(
                worker, 1, report(worker, 1, jobsMax, List.of(), List.of()), CERTIFICATE);
    }
}
