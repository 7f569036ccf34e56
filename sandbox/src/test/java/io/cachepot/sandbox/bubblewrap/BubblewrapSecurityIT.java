package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.Sandbox;
import io.cachepot.sandbox.SandboxSecurityContract;
import java.nio.file.Path;

class BubblewrapSecurityIT extends SandboxSecurityContract {
    @Override
    protected Sandbox open(Path buildDir) {
        return BubblewrapSandboxes.started(buildDir);
    }
}
