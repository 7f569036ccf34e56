package io.cachepot.node.doctor;

import io.cachepot.config.ClientAuth;
import io.cachepot.config.GridConfig;
import io.cachepot.config.HostPort;
import io.cachepot.config.SchedulerConfig;
import io.cachepot.config.WorkerAuth;
import io.cachepot.protocol.text.Finding;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Looks at the machine of a scheduler. */
public final class SchedulerCheckup {
    private final SchedulerConfig config;
    private final InstantSource clock;

    public SchedulerCheckup(SchedulerConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
    }

    /** Looks; takes seconds where others do not answer. */
    public List<Finding> look() throws InterruptedException {
        var findings = new ArrayList<Finding>();
        findings.addAll(
                Doors.ofNode(
                        config.bindAddr(),
                        config.publicUrl(),
                        "start the scheduler; if it runs, mend public_addr, or what forwards it"));
        config.tls()
                .ifPresent(tls ->
                        findings.addAll(
                                CertificateCheck.of(
                                        "tls",
                                        tls.certificate(),
                                        tls.key(),
                                        "replace both files with newer ones",
                                        clock.instant())));
        if (config.tls().isEmpty() && !config.bindAddr().isLoopback()) {
            findings.add(
                    Finding.warn(
                            "tls",
                            "tokens cross the network in clear",
                            "set a table [tls], or bind_addr on loopback behind a proxy"));
        }
        addAuth(findings);
        addGrid(findings, config.grid());
        return findings;
    }

    private void addAuth(List<Finding> findings) {
        if (config.clientAuth() instanceof ClientAuth.Insecure) {
            findings.add(
                    Finding.warn(
                            "client_auth",
                            "anybody may compile here",
                            "give it another type; see the example of the settings"));
        }
        if (config.workerAuth() instanceof WorkerAuth.Insecure) {
            findings.add(
                    Finding.warn(
                            "worker_auth",
                            "anybody may be a worker, and return what he likes for objects",
                            "cachepot-dist auth generate-jwt-hs256-key"));
        }
        if (config.operatorToken().isEmpty()) {
            findings.add(
                    Finding.ok("operator_token", "none: nobody can drain workers from elsewhere"));
        }
    }

    private void addGrid(List<Finding> findings, GridConfig grid) {
        findings.add(Doors.bind("grid.bind_addr", grid.bindAddr()));
        grid.tls().ifPresent(tls -> findings.addAll(CertificateCheck.ofGrid(tls, clock.instant())));
        if (grid.members().isEmpty()) {
            findings.add(
                    Finding.warn(
                            "grid.members",
                            "no other scheduler is named: a loss of this one loses the cluster",
                            "run two, and name each to the other"));
        }
        for (HostPort member : grid.members()) {
            findings.add(
                    Doors.reach(
                            "grid.members",
                            member.host(),
                            member.port(),
                            "start the other scheduler, or open its grid port to this machine"));
        }
    }
}
