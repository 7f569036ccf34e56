package io.cachepot.sandbox.bubblewrap;

import java.nio.file.Path;

/** Sandboxes of tests. */
final class BubblewrapSandboxes {
    static final Path BWRAP = Path.of("/usr/bin/bwrap");

    private BubblewrapSandboxes() {}

    static BubblewrapSandbox started(Path buildDir) {
        var sandbox = new BubblewrapSandbox(settings(buildDir));
        sandbox.start();
        return sandbox;
    }

    static HostedSandbox hosted(Path buildDir) {
        var sandbox =
                new HostedSandbox(
                        settings(buildDir),
                        Path.of("target/helper/cachepot-sandbox-host").toAbsolutePath());
        sandbox.start();
        return sandbox;
    }

    static BubblewrapSettings settings(Path buildDir) {
        return new BubblewrapSettings(BWRAP, buildDir, BubblewrapSettings.RUN_AS_UID_DEFAULT);
    }
}
