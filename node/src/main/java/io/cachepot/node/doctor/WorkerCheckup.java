package io.cachepot.node.doctor;

import io.cachepot.config.Builder;
import io.cachepot.config.GridConfig;
import io.cachepot.config.SchedulerAuth;
import io.cachepot.config.WorkerConfig;
import io.cachepot.protocol.text.Finding;
import io.cachepot.sandbox.Sandbox;
import io.cachepot.sandbox.SandboxException;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Looks at the machine of a worker. */
public final class WorkerCheckup {
    private final WorkerConfig config;
    private final Function<Builder, Sandbox> sandboxes;
    private final long memoryBytes;
    private final InstantSource clock;

    /**
     * @param sandboxes starts one as the worker would, which tries to break out of it
     * @param memoryBytes of the machine; 0 where it is not known
     */
    public WorkerCheckup(
            WorkerConfig config,
            Function<Builder, Sandbox> sandboxes,
            long memoryBytes,
            InstantSource clock) {
        this.config = config;
        this.sandboxes = sandboxes;
        this.memoryBytes = memoryBytes;
        this.clock = clock;
    }

    /** Looks; takes seconds where others do not answer. */
    public List<Finding> look() throws InterruptedException {
        var findings = new ArrayList<Finding>();
        findings.addAll(
                Doors.ofNode(
                        config.bindAddr(),
                        config.publicUrl(),
                        "start the worker; if it runs, mend public_addr: clients come there"));
        var doors = new Doors(clock);
        for (URI scheduler : config.schedulerUrls()) {
            findings.addAll(doors.scheduler("scheduler_url", scheduler));
        }
        if (config.schedulerAuth() instanceof SchedulerAuth.Insecure) {
            findings.add(
                    Finding.warn(
                            "scheduler_auth",
                            "the worker shows no token",
                            "cachepot-dist auth generate-jwt-hs256-worker-token"));
        }
        findings.add(
                OwnFiles.directory(
                        "cache_dir",
                        config.cacheDir(),
                        config.toolchainCacheBytesMax() + config.resultCacheBytesMax()));
        addMemory(findings);
        config.grid()
                .flatMap(GridConfig::tls)
                .ifPresent(tls -> findings.addAll(CertificateCheck.ofGrid(tls, clock.instant())));
        addSandbox(findings);
        return findings;
    }

    private void addMemory(List<Finding> findings) {
        long wanted = config.limits().jobsMax() * config.limits().jobMemoryBytesMax();
        if (memoryBytes > 0 && wanted > 4 * memoryBytes) {
            findings.add(
                    Finding.warn(
                            "limits",
                            config.limits().jobsMax()
                                    + " jobs may want "
                                    + (wanted >> 30)
                                    + " GiB together, and the machine has "
                                    + (memoryBytes >> 30),
                            "lower limits.jobs_max or limits.job_memory_max"));
        } else {
            findings.add(Finding.ok("limits", config.limits().jobsMax() + " jobs at once"));
        }
    }

    /** Starting one tries bubblewrap, and has a job attempt what none may. */
    private void addSandbox(List<Finding> findings) throws InterruptedException {
        try (Sandbox sandbox = sandboxes.apply(config.builder())) {
            findings.add(
                    Finding.ok(
                            "sandbox",
                            sandbox.report().name()
                                    + ": "
                                    + String.join("; ", sandbox.report().protections())));
            for (String gap : sandbox.report().gaps()) {
                findings.add(
                        Finding.warn(
                                "sandbox",
                                gap,
                                "docs/SECURITY.md says what it means, docs/SYSTEMD.md what a unit"
                                        + " needs"));
            }
        } catch (SandboxException e) {
            findings.add(
                    Finding.fail(
                            "sandbox",
                            "jobs can not be closed off here: " + e.getMessage(),
                            "a worker does not start like this; look as the user that runs it"));
        }
    }
}
