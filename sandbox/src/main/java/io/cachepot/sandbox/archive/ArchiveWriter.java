package io.cachepot.sandbox.archive;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/**
 * Writes a tar archive of which the same entries give the same bytes on every machine: sorted, no
 * times, no owners, fixed modes. Closing it closes the stream behind it.
 */
public final class ArchiveWriter implements AutoCloseable {
    private static final int ZSTD_LEVEL = 3;
    private static final int MODE_FILE = 0100644;
    private static final int MODE_EXECUTABLE = 0100755;
    private static final int MODE_DIRECTORY = 040755;
    private static final int MODE_LINK = 0120777;
    private static final int OPERATING_SYSTEM_UNKNOWN = 255;

    private final TarArchiveOutputStream tar;
    private String last = "";

    private ArchiveWriter(OutputStream compressed) {
        tar = new TarArchiveOutputStream(compressed, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    /** Compressed by Zstandard. */
    public static ArchiveWriter zstd(OutputStream target) throws IOException {
        return new ArchiveWriter(new ZstdOutputStream(target, ZSTD_LEVEL).setChecksum(true));
    }

    /** Compressed by gzip. */
    public static ArchiveWriter gzip(OutputStream target) throws IOException {
        var parameters = new GzipParameters();
        parameters.setModificationInstant(Instant.EPOCH);
        parameters.setOperatingSystem(OPERATING_SYSTEM_UNKNOWN);
        return new ArchiveWriter(new GzipCompressorOutputStream(target, parameters));
    }

    /**
     * Adds a regular file with the content that {@code source} has now.
     *
     * @param name relative, greater than any before it
     */
    public void file(String name, Path source, boolean isExecutable) throws IOException {
        long size = Files.size(source);
        TarArchiveEntry entry =
                entry(name, TarConstants.LF_NORMAL, isExecutable ? MODE_EXECUTABLE : MODE_FILE);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
        long copied = Files.copy(source, tar);
        if (copied != size) {
            throw new IOException(source + " changed while it was packed");
        }
        tar.closeArchiveEntry();
    }

    /** Adds a symbolic link; {@code target} is taken as it is. */
    public void link(String name, String target) throws IOException {
        TarArchiveEntry entry = entry(name, TarConstants.LF_SYMLINK, MODE_LINK);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    /** Adds a directory; those that lead to other entries are implied. */
    public void directory(String name) throws IOException {
        tar.putArchiveEntry(entry(name + "/", TarConstants.LF_DIR, MODE_DIRECTORY));
        tar.closeArchiveEntry();
    }

    private TarArchiveEntry entry(String name, byte type, int mode) {
        if (name.compareTo(last) <= 0 || name.startsWith("/")) {
            throw new IllegalArgumentException(
                    "archive entry is '"
                            + name
                            + "' after '"
                            + last
                            + "', expected relative names in ascending order");
        }
        last = name;
        var entry = new TarArchiveEntry(name, type);
        entry.setMode(mode);
        entry.setIds(0, 0);
        entry.setNames("", "");
        entry.setLastModifiedTime(FileTime.fromMillis(0));
        return entry;
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
