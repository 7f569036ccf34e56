package io.cachepot.sandbox;

import java.nio.file.Path;

/** One entry of a job's input tree; {@code path} is absolute inside the sandbox. */
public sealed interface SandboxInput {
    String path();

    /**
     * A regular file with the content of {@code source} on the host; the source is never changed,
     * whatever the job does.
     */
    record File(String path, Path source, boolean executable) implements SandboxInput {}

    /**
     * A symbolic link; {@code target} means something only inside and is never followed outside.
     */
    record Link(String path, String target) implements SandboxInput {}

    /**
     * A directory that exists even when nothing lies in it: compilers look into search directories
     * and write others into debug information.
     */
    record Directory(String path) implements SandboxInput {}
}
