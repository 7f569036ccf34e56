package io.cachepot.node.toolchain;

import io.cachepot.sandbox.archive.UnpackedArchive;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** What {@code ToolchainUnpacker} does, apart from it for tests. */
@FunctionalInterface
interface Unpacker {
    /**
     * Unpacks {@code archive} to its end.
     *
     * @param directory made here
     * @throws io.cachepot.sandbox.archive.ArchiveException when the archive is refused
     * @throws IOException when it can not be read or written
     */
    UnpackedArchive unpack(InputStream archive, Path directory) throws IOException;
}
