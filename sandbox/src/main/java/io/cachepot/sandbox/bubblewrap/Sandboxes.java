package io.cachepot.sandbox.bubblewrap;

import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.sandbox.Sandbox;
import io.cachepot.sandbox.SandboxException;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the best sandbox that works on this machine. */
public final class Sandboxes {
    private static final System.Logger LOG = System.getLogger(Sandboxes.class.getName());

    private Sandboxes() {}

    /**
     * A started one: a host per toolchain, or where that does not work (an older kernel lets no
     * ordinary user mount an overlay), one bubblewrap per job.
     *
     * @param helper the program inside of a host; empty when it is not known where it is
     * @throws SandboxException when jobs can not be closed off here at all
     */
    public static Sandbox start(BubblewrapSettings settings, Optional<Path> helper) {
        if (helper.isPresent()) {
            var hosted = new HostedSandbox(settings, helper.get());
            try {
                hosted.start();
                return hosted;
            } catch (SandboxException e) {
                LOG.log(WARNING, "bubblewrap is started for each job: {0}", e.getMessage());
            }
        }
        var perJob = new BubblewrapSandbox(settings);
        perJob.start();
        return perJob;
    }
}
