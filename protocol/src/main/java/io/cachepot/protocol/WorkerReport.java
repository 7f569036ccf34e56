package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;
import static io.cachepot.protocol.Checks.checkCount;
import static io.cachepot.protocol.Checks.checkText;

import java.util.List;

/**
 * What a worker says of itself, to each scheduler, on every change and at least every two seconds.
 * Who it is, its token says.
 *
 * @param incarnation drawn anew at each start, larger than any before; a grant for another one is
 *     void
 * @param sequence grows with each report of an incarnation; an older report never overwrites a
 *     newer one
 * @param url where clients reach it, {@code https://host:port/}
 * @param certificatePem its certificate, self-signed, new at each start
 * @param tokenKey public key (X25519, X.509 encoding, base64), new at each start; a scheduler's job
 *     tokens for this worker are made with it
 * @param jobsMax how many jobs it runs at once, 0 to 10 000
 * @param running jobs that hold a permit now
 * @param ended jobs that gave their permit back since the last report that this scheduler answered;
 *     a job may be so short that no report ever saw it run. A report without an answer is followed
 *     by one that repeats them; the oldest are left out where they are too many
 * @param toolchains those that are ready to use
 * @param cpus processors of the machine
 * @param memoryBytes what its jobs may use together; 0 when that is not known
 * @param load how many threads of the machine run or wait for a processor, over a minute; negative
 *     where that is not known
 * @param caches what is on its disk, at most 16
 * @param version of the software, for people
 */
public record WorkerReport(
        long incarnation,
        long sequence,
        String url,
        String certificatePem,
        String tokenKey,
        int jobsMax,
        State state,
        List<JobId> running,
        List<EndedJob> ended,
        List<ToolchainId> toolchains,
        int cpus,
        long memoryBytes,
        double load,
        List<CacheDetails> caches,
        String version) {
    /** Most permits of a worker, and most jobs in each list of a report. */
    public static final int JOBS_MAX = 10_000;

    private static final int TOOLCHAINS_MAX = 10_000;
    private static final int CACHES_MAX = 16;

    /** Whether a worker takes new jobs. */
    public enum State {
        UP,
        DRAINING,
        GONE
    }

    public WorkerReport {
        checkText("url", url, 1_000);
        check(url.startsWith("https://"), "url", url, "an https URL");
        checkText("certificate_pem", certificatePem, 64 * 1024);
        checkText("token_key", tokenKey, 1_000);
        check(jobsMax >= 0 && jobsMax <= JOBS_MAX, "jobs_max", jobsMax, "0 to " + JOBS_MAX);
        checkCount("running", running, JOBS_MAX);
        checkCount("ended", ended, JOBS_MAX);
        checkCount("toolchains", toolchains, TOOLCHAINS_MAX);
        check(cpus >= 1 && cpus <= 65_536, "cpus", cpus, "1 to 65536");
        check(memoryBytes >= 0, "memory_bytes", memoryBytes, "at least 0");
        checkCount("caches", caches, CACHES_MAX);
        checkText("version", version, 200);
        caches = List.copyOf(caches);
        running = List.copyOf(running);
        ended = List.copyOf(ended);
        toolchains = List.copyOf(toolchains);
    }
}
