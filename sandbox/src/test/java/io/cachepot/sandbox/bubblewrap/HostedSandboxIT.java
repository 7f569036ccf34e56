package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.Sandbox;
import io.cachepot.sandbox.SandboxContract;
import java.nio.file.Path;

class HostedSandboxIT extends SandboxContract {
    @Override
    protected Sandbox open(Path buildDir) {
        return BubblewrapSandboxes.hosted(buildDir);
    }
}
