package io.cachepot.client.packaging;

import io.cachepot.protocol.ToolchainId;
import java.nio.file.Path;
import java.util.Set;

/**
 * A toolchain ready to send.
 *
 * @param file the archive as it travels; its SHA-256 is the id
 * @param paths absolute paths of the files in it, so that they are not sent as inputs too
 */
public record ToolchainArchive(ToolchainId id, Path file, Set<String> paths) {
    public ToolchainArchive {
        paths = Set.copyOf(paths);
    }
}
