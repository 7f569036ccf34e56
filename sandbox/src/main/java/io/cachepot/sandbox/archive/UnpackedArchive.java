package io.cachepot.sandbox.archive;

import io.cachepot.protocol.Digest;

/**
 * What came out of an archive.
 *
 * @param digest of the archive's bytes as they came, compressed, to the last one
 * @param entries files, links and directories, implied ones included
 * @param bytes of all files together
 */
public record UnpackedArchive(Digest digest, int entries, long bytes) {}
