package io.cachepot.node.toolchain;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Unpacks archives of any kind it knows, and trusts none. */
@FunctionalInterface
public interface Unpacker {
    /**
     * Unpacks {@code archive} into {@code directory}, which it makes; the parent is there. May stop
     * reading after the last entry.
     *
     * @return bytes of disk that the unpacked files take
     * @throws io.cachepot.sandbox.archive.ArchiveException when the archive is hostile, damaged,
     *     too large or of no known kind; names the entry
     * @throws IOException when it can not be read or written
     */
    long unpack(InputStream archive, Path directory) throws IOException;
}
