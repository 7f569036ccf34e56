package io.cachepot.config;

import java.nio.file.Path;
import java.util.Optional;

/** How a worker closes jobs off: table {@code builder}. */
public sealed interface Builder {
    /**
     * Overlay file systems in bubblewrap.
     *
     * @param buildDir under which a worker keeps what the sandbox needs
     * @param bwrapPath the {@code bwrap} program, version 0.3.0 or later
     * @param runAsUid whom jobs run as if the worker itself is root, at least 1; without it a
     *     worker that is root does not start
     */
    @Key("overlay")
    record Overlay(Path buildDir, Path bwrapPath, Optional<Integer> runAsUid) implements Builder {
        public static final Path DEFAULT_BWRAP_PATH = Path.of("/usr/bin/bwrap");

        /** Nobody, of most systems. */
        public static final int NOBODY_UID = 65_534;

        public Overlay {
            new Checks()
                    .absolute("build_dir", buildDir)
                    .absolute("bwrap_path", bwrapPath)
                    .atLeast(1, "run_as_uid", runAsUid.orElse(1))
                    .verify();
        }
    }
}
