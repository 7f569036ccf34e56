package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.Sandbox;
import io.cachepot.sandbox.SandboxContract;
import java.nio.file.Path;

class BubblewrapSandboxIT extends SandboxContract {
    static final Path BWRAP = Path.of("/usr/bin/bwrap");

    @Override
    protected Sandbox open(Path buildDir) {
        var sandbox = new BubblewrapSandbox(new BubblewrapSettings(BWRAP, buildDir, 65534));
        sandbox.start();
        return sandbox;
    }
}
