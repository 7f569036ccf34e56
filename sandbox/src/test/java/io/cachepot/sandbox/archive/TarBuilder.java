package io.cachepot.sandbox.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Makes tar archives, hostile ones too: names, types and sizes are taken as they come. */
final class TarBuilder {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

    TarBuilder() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    /** Long names as GNU tar writes them. */
    TarBuilder gnu() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        return this;
    }

    TarBuilder file(String name, String content) {
        return file(name, content, 0644);
    }

    TarBuilder file(String name, String content, int mode) {
        var entry = entry(name, TarConstants.LF_NORMAL);
        entry.setMode(0100000 | mode);
        return add(entry, content);
    }

    TarBuilder directory(String name) {
        return add(entry(name, TarConstants.LF_DIR), "");
    }

    TarBuilder link(String name, String target) {
        return linkOf(name, target, TarConstants.LF_SYMLINK);
    }

    TarBuilder hardLink(String name, String target) {
        return linkOf(name, target, TarConstants.LF_LINK);
    }

    private TarBuilder linkOf(String name, String target, byte type) {
        var entry = entry(name, type);
        entry.setLinkName(target);
        return add(entry, "");
    }

    /** An entry of any type without content. */
    TarBuilder odd(String name, byte type) {
        return add(entry(name, type), "");
    }

    TarBuilder pax(String name, String content, Map<String, String> headers) {
        var entry = entry(name, TarConstants.LF_NORMAL);
        headers.forEach(entry::addPaxHeader);
        return add(entry, content);
    }

    private static TarArchiveEntry entry(String name, byte type) {
        return new TarArchiveEntry(name, type, true);
    }

    TarBuilder add(TarArchiveEntry entry, String content) {
        try {
            byte[] data = content.getBytes(UTF_8);
            entry.setSize(data.length);
            tar.putArchiveEntry(entry);
            tar.write(data);
            tar.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A raw header with any name and size field; no content follows. */
    TarBuilder raw(String name, byte type, String sizeField) {
        try {
            tar.flush();
            bytes.write(header(name, type, sizeField));
            return this;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A raw extended header for the entry after it. */
    TarBuilder rawPax(String key, String value) {
        int rest = key.length() + value.length() + 3;
        String record = rest + 2 + " " + key + "=" + value + "\n";
        raw("PaxHeader", (byte) 'x', String.format("%011o\0", record.length()));
        return rawBytes(Arrays.copyOf(record.getBytes(UTF_8), 512));
    }

    TarBuilder rawBytes(byte[] data) {
        bytes.writeBytes(data);
        return this;
    }

    static byte[] header(String name, byte type, String sizeField) {
        var header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, sizeField);
        put(header, 136, "00000000000\0");
        put(header, 148, "        ");
        header[156] = type;
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        return header;
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] data = text.getBytes(ISO_8859_1);
        System.arraycopy(data, 0, header, offset, data.length);
    }

    byte[] plain() {
        try {
            tar.close();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    InputStream stream() {
        return new ByteArrayInputStream(plain());
    }

    /** Compresses {@code plain} by this very {@code compression}. */
    static byte[] compress(Compression compression, byte[] plain) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (OutputStream out =
                switch (compression) {
                    case GZIP -> new GZIPOutputStream(bytes);
                    case XZ -> new XZOutputStream(bytes, new LZMA2Options(0));
                    case ZSTD -> new ZstdOutputStream(bytes);
                    case BZIP2 -> new BZip2CompressorOutputStream(bytes, 1);
                    case NONE -> bytes;
                }) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }
}
