package io.cachepot.config;

import java.nio.file.Path;

/** What is known about one compiler before it is seen: an element of {@code dist.toolchains}. */
public sealed interface Toolchain {
    /** The compiler that this is about, matched by exact path. */
    Path compilerExecutable();

    /**
     * Sends an archive of the user's in place of one of ours.
     *
     * @param compilerExecutable the compiler that this is about, by exact path
     * @param archive the compressed tar archive, sent as it is
     * @param archiveCompilerExecutable what is run in it; begins with {@code /}, whatever the
     *     client's system is
     */
    @Key("path_override")
    record PathOverride(Path compilerExecutable, Path archive, String archiveCompilerExecutable)
            implements Toolchain {
        public PathOverride {
            new Checks()
                    .absolute("compiler_executable", compilerExecutable)
                    .absolute("archive", archive)
                    .that(
                            archiveCompilerExecutable.startsWith("/"),
                            "archive_compiler_executable",
                            "'" + archiveCompilerExecutable + "'",
                            "a path that begins with /")
                    .verify();
        }
    }

    /**
     * Never sends jobs of this compiler away.
     *
     * @param compilerExecutable the compiler that this is about, by exact path
     */
    @Key("no_dist")
    record NoDist(Path compilerExecutable) implements Toolchain {
        public NoDist {
            new Checks().absolute("compiler_executable", compilerExecutable).verify();
        }
    }
}
