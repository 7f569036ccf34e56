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
 * @param jobsMax how many jobs it runs at once, 0 to 10 000
 * @param running jobs that hold a permit now
 * @param toolchains those that are ready to use
 * @param cpus processors of the machine
 * @param version of the software, for people
 */
public record WorkerReport(
        long incarnation,
        long sequence,
        String url,
        String certificatePem,
        int jobsMax,
        State state,
        List<JobId> running,
        List<ToolchainId> toolchains,
        int cpus,
        String version) {
    private static final int JOBS_MAX = 10_000;
    private static final int TOOLCHAINS_MAX = 10_000;

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
        check(jobsMax >= 0 && jobsMax <= JOBS_MAX, "jobs_max", jobsMax, "0 to " + JOBS_MAX);
        checkCount("running", running, JOBS_MAX);
        checkCount("toolchains", toolchains, TOOLCHAINS_MAX);
        check(cpus >= 1 && cpus <= 65_536, "cpus", cpus, "1 to 65536");
        checkText("version", version, 200);
        running = List.copyOf(running);
        toolchains = List.copyOf(toolchains);
    }
}
