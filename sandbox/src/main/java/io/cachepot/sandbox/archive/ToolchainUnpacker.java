package io.cachepot.sandbox.archive;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks toolchain archives that anybody may have made: tar, compressed by gzip, xz, zstd, bzip2
 * or not at all. Files, directories, hard links to files of the same archive and symbolic links
 * come out, with modes 755 or 644 and without owners; anything else is refused. One may serve many
 * threads.
 */
public final class ToolchainUnpacker {
    /** Long names, pax headers and the padding before one entry's header. */
    private static final long HEADERS_BYTES_MAX = 1 << 20;

    /** Of all entries together; an ordinary one has half a KiB. */
    private static final long HEADERS_BYTES_MAX_ALL = 1L << 30;

    /** GNU tar pads to 10 KiB. */
    private static final long PADDING_BYTES_MAX = 1 << 20;

    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int MODE_OWNER_EXECUTE = 0100;

    private final ArchiveLimits limits;

    public ToolchainUnpacker(ArchiveLimits limits) {
        this.limits = limits;
    }

    /**
     * Unpacks {@code archive} to its end; closing it is the caller's. Nothing is left of it when
     * this throws.
     *
     * @param directory made here; its parent exists
     * @throws ArchiveException when the archive is refused
     * @throws IOException when {@code archive} can not be read or the disk not be written
     */
    public UnpackedArchive unpack(InputStream archive, Path directory) throws IOException {
        EntryWriter writer = EntryWriter.create(directory);
        boolean isDone = false;
        try {
            UnpackedArchive unpacked;
            try (var disk = new WriteBehind(writer)) {
                unpacked = new Unpacking(archive, disk).run();
            }
            isDone = true;
            return unpacked;
        } catch (InvalidPathException e) {
            throw ArchiveException.entry(
                    e.getInput(), "has a name that this system's locale can not express");
        } finally {
            if (!isDone) {
                writer.remove();
            }
        }
    }

    /** One archive on its way. */
    private final class Unpacking {
        private final DigestedInputStream source;
        private final WriteBehind disk;
        private final EntryTree tree = new EntryTree(limits);
        private long headersLeft = HEADERS_BYTES_MAX_ALL;

        Unpacking(InputStream archive, WriteBehind disk) {
            this.source =
                    new DigestedInputStream(archive, limits.bytesMax() + HEADERS_BYTES_MAX_ALL);
            this.disk = disk;
        }

        UnpackedArchive run() throws IOException {
            var buffered = new BufferedInputStream(source, CHUNK_BYTES);
            try (var unpacked = new BudgetedInputStream(read(() -> decompress(buffered)));
                    var tar = new TarArchiveInputStream(unpacked, "UTF-8")) {
                addAll(tar, unpacked);
                readPadding(unpacked);
            }
            disk.finish();
            return new UnpackedArchive(source.finish(), tree.entries(), tree.bytes());
        }

        private void addAll(TarArchiveInputStream tar, BudgetedInputStream unpacked)
                throws IOException {
            for (var entry = next(tar, unpacked); entry != null; entry = next(tar, unpacked)) {
                add(entry, tar, unpacked);
            }
            if (!unpacked.hasEndMark()) {
                throw new ArchiveException("archive is cut short: it has no end mark");
            }
            if (tree.entries() == 0) {
                throw new ArchiveException("archive has no entries, expected a toolchain");
            }
        }

        private InputStream decompress(BufferedInputStream buffered) throws IOException {
            buffered.mark(Compression.HEAD_BYTES);
            byte[] head = buffered.readNBytes(Compression.HEAD_BYTES);
            buffered.reset();
            return Compression.detect(head).open(buffered);
        }

        private @Nullable TarArchiveEntry next(
                TarArchiveInputStream tar, BudgetedInputStream unpacked) throws IOException {
            long budget = Math.min(HEADERS_BYTES_MAX, headersLeft);
            unpacked.allow(budget);
            TarArchiveEntry entry = read(tar::getNextEntry);
            headersLeft -= budget - unpacked.left();
            if (entry != null) {
                checkHeaders(entry);
            }
            return entry;
        }

        /** Global headers add up over all entries, and the reader keeps them. */
        private static void checkHeaders(TarArchiveEntry entry) {
            long length = 0;
            for (var header : entry.getExtraPaxHeaders().entrySet()) {
                length += header.getKey().length() + header.getValue().length();
            }
            if (length > HEADERS_BYTES_MAX) {
                throw ArchiveException.entry(entry.getName(), "has headers that are too long");
            }
        }

        private void add(
                TarArchiveEntry entry, TarArchiveInputStream tar, BudgetedInputStream unpacked)
                throws IOException {
            String name = entry.getName();
            if (entry.isSparse() || isSparseHeader(entry)) {
                throw ArchiveException.entry(name, "is sparse, expected a plain file");
            }
            switch (entry.getLinkFlag()) {
                case TarConstants.LF_OLDNORM, TarConstants.LF_NORMAL, TarConstants.LF_CONTIG -> {
                    if (name.endsWith("/")) {
                        addEmpty(entry, tree.directory(name)); // before POSIX.1-1988
                    } else {
                        unpacked.allow(entry.getSize() + 1);
                        addFile(entry, tar);
                    }
                }
                case TarConstants.LF_DIR -> addEmpty(entry, tree.directory(name));
                case TarConstants.LF_SYMLINK -> addLink(entry);
                case TarConstants.LF_LINK -> addHardLink(entry);
                default ->
                        throw ArchiveException.entry(
                                name,
                                "has type '"
                                        + (char) entry.getLinkFlag()
                                        + "', expected a file, directory or link");
            }
        }

        private static boolean isSparseHeader(TarArchiveEntry entry) {
            return entry.getExtraPaxHeaders().keySet().stream()
                    .anyMatch(header -> header.startsWith("GNU.sparse."));
        }

        private void addEmpty(TarArchiveEntry entry, List<String> directories) throws IOException {
            checkEmpty(entry);
            disk.directories(directories);
        }

        private void checkEmpty(TarArchiveEntry entry) {
            if (entry.getSize() != 0) {
                throw ArchiveException.entry(
                        entry.getName(), "has " + entry.getSize() + " bytes, expected none");
            }
        }

        private void addLink(TarArchiveEntry entry) throws IOException {
            checkEmpty(entry);
            EntryTree.Placed placed = tree.link(entry.getName(), entry.getLinkName());
            disk.directories(placed.parents());
            disk.link(placed.path(), entry.getLinkName());
        }

        private void addHardLink(TarArchiveEntry entry) throws IOException {
            checkEmpty(entry);
            String target = tree.hardLinkTarget(entry.getName(), entry.getLinkName());
            EntryTree.Placed placed = tree.file(entry.getName(), 0);
            disk.directories(placed.parents());
            disk.hardLink(placed.path(), target);
        }

        private void addFile(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
            EntryTree.Placed placed = tree.file(entry.getName(), entry.getSize());
            disk.directories(placed.parents());
            disk.file(placed.path(), (entry.getMode() & MODE_OWNER_EXECUTE) != 0);
            for (long left = entry.getSize(); left > 0; ) {
                int wanted = (int) Math.min(left, WriteBehind.CHUNK_BYTES);
                var chunk = new byte[wanted];
                if (read(() -> tar.readNBytes(chunk, 0, wanted)) < wanted) {
                    throw ArchiveException.entry(entry.getName(), "is cut short");
                }
                disk.write(chunk);
                left -= wanted;
            }
        }

        /** Reads to the end of what was compressed, so that its checksums are looked at. */
        private void readPadding(BudgetedInputStream unpacked) throws IOException {
            unpacked.allow(PADDING_BYTES_MAX);
            var chunk = new byte[CHUNK_BYTES];
            while (read(() -> unpacked.read(chunk)) >= 0) {
                // nothing of it is wanted
            }
        }

        /** Does something that reads: trouble is the archive's, unless the stream failed. */
        private <T extends @Nullable Object> T read(Reading<T> reading) throws IOException {
            try {
                return reading.read();
            } catch (EOFException e) {
                source.rethrowFailure();
                throw new ArchiveException("archive is cut short", e);
            } catch (ArchiveException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                // Decoders answer bad bytes with either.
                source.rethrowFailure();
                throw new ArchiveException("archive is damaged: " + e.getMessage(), e);
            }
        }
    }

    /** Something that reads from the archive. */
    private interface Reading<T extends @Nullable Object> {
        T read() throws IOException;
    }
}
