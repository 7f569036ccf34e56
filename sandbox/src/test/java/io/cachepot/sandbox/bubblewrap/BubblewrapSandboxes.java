package io.cachepot.sandbox.bubblewrap;

import java.nio.file.Path;
import java.util.Optional;

/** Sandboxes of tests. */
public final class BubblewrapSandboxes {
    static final Path BWRAP = Path.of("/usr/bin/bwrap");

    private static final Optional<Integer> NOBODY = Optional.of(65_534);

    private BubblewrapSandboxes() {}

    static BubblewrapSandbox started(Path buildDir) {
        var sandbox = new BubblewrapSandbox(settings(buildDir));
        sandbox.start();
        return sandbox;
    }

    static HostedSandbox hosted(Path buildDir) {
        return hosted(settings(buildDir));
    }

    /** One that shows what is in {@code contents} instead of copies. */
    public static HostedSandbox hosted(Path buildDir, Path contents) {
        return hosted(new BubblewrapSettings(BWRAP, buildDir, Optional.of(contents), NOBODY));
    }

    private static HostedSandbox hosted(BubblewrapSettings settings) {
        var sandbox =
                new HostedSandbox(
                        settings, Path.of("target/helper/cachepot-sandbox-host").toAbsolutePath());
        sandbox.start();
        return sandbox;
    }

    static BubblewrapSettings settings(Path buildDir) {
        return new BubblewrapSettings(BWRAP, buildDir, Optional.empty(), NOBODY);
    }
}
