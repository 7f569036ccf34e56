package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.Sandbox;
import io.cachepot.sandbox.SandboxSecurityContract;
import java.nio.file.Path;

class HostedSecurityIT extends SandboxSecurityContract {
    @Override
    protected Sandbox open(Path buildDir) {
        return BubblewrapSandboxes.hosted(buildDir);
    }

    /** What it changes lies over the toolchain, and goes with the job. */
    @Override
    protected boolean isToolchainReadOnly() {
        return false;
    }

    @Override
    protected boolean boundsFiles() {
        return true;
    }
}
