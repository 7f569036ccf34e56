package io.cachepot.sandbox.archive;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** How an archive is compressed, told by its first bytes; whatever its name says. */
enum Compression {
    GZIP,
    XZ,
    ZSTD,
    BZIP2,
    NONE;

    /** As many bytes as {@link #detect} wants to see: a tar header. */
    static final int HEAD_BYTES = 512;

    /** A frame says itself how much memory it needs: 128 MiB are what {@code zstd} takes, too. */
    private static final int ZSTD_WINDOW_LOG_MAX = 27;

    /** {@code xz -9} needs 65 MiB. */
    private static final int XZ_MEMORY_KIB_MAX = 128 * 1024;

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final HexFormat HEX = HexFormat.of();

    /**
     * Tells by the first {@value #HEAD_BYTES} bytes, or by all if there are fewer.
     *
     * @throws ArchiveException when it is none of these
     */
    static Compression detect(byte[] head) {
        String hex = HEX.formatHex(head, 0, Math.min(6, head.length));
        if (hex.startsWith("1f8b")) {
            return GZIP;
        }
        if (hex.equals("fd377a585a00")) {
            return XZ;
        }
        if (hex.startsWith("28b52ffd") || hex.matches("5.2a4d18.*")) {
            return ZSTD; // the second is a skippable frame (RFC 8878, 3.1.2)
        }
        if (hex.startsWith("425a68")) {
            return BZIP2;
        }
        if (head.length == HEAD_BYTES && isTarHeader(head)) {
            return NONE;
        }
        throw new ArchiveException(
                "archive begins with '"
                        + hex
                        + "', expected gzip, xz, zstd, bzip2 or a plain tar archive with entries");
    }

    private static boolean isTarHeader(byte[] head) {
        try {
            return !Arrays.equals(head, new byte[HEAD_BYTES]) && TarUtils.verifyCheckSum(head);
        } catch (IllegalArgumentException _) {
            return false; // the checksum is no number
        }
    }

    /** The bytes as they were before compression; members one after the other are one. */
    InputStream open(InputStream compressed) throws IOException {
        return switch (this) {
            case GZIP -> new GZIPInputStream(compressed, BUFFER_BYTES);
            case XZ -> new XZInputStream(compressed, XZ_MEMORY_KIB_MAX);
            case ZSTD -> new ZstdInputStream(compressed).setLongMax(ZSTD_WINDOW_LOG_MAX);
            case BZIP2 -> new BZip2CompressorInputStream(compressed, true);
            case NONE -> compressed;
        };
    }
}
