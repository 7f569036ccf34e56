package io.cachepot.client.packaging;

import io.cachepot.protocol.ToolchainId;
import java.nio.file.Path;

/**
 * A toolchain ready to send.
 *
 * @param file the archive as it travels; its SHA-256 is the id
 */
public record ToolchainArchive(ToolchainId id, Path file) {}
