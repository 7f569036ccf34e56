package io.cachepot.client.compiler.rustc;

import io.cachepot.protocol.ByteSearch;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;

/**
 * What the bytes of a compiled crate tell, without knowing rustc's format of the day. Metadata has
 * the file names of the crates that it builds on in plain text, and a library has the names of the
 * environment variables that its code asks for. Both sets may hold more than is true, never less.
 *
 * @param mentioned endings of names as cargo makes them, sixteen hexadecimal digits, as a number
 * @param isCrate false for a library without anything of Rust's to import
 * @param isProcMacro whether rustc would run it
 * @param capitals names of variables, in capital letters, that its code may ask for
 */
public record CrateScan(
        Set<Long> mentioned, boolean isCrate, boolean isProcMacro, Capitals capitals) {
    private static final int HASH_LENGTH = 16;

    private static final int METADATA_BYTES_MAX = 512 << 20;
    private static final byte[] DECLARATIONS =
            "__rustc_proc_macro_decls_".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] METADATA = "rust_metadata_".getBytes(StandardCharsets.US_ASCII);

    public CrateScan {
        mentioned = Set.copyOf(mentioned);
    }

    /**
     * The number in a file's name that {@link #mentioned} has of it.
     *
     * @return 0 when its name has none
     */
    public static long numberOf(String fileName) {
        int end = fileName.lastIndexOf('.');
        int start = end - HASH_LENGTH;
        if (start < 1 || fileName.charAt(start - 1) != '-') {
            return 0;
        }
        for (int i = start; i < end; i++) {
            if (!isHex((byte) fileName.charAt(i))) {
                return 0;
            }
        }
        return Long.parseUnsignedLong(fileName, start, end, 16);
    }

    /** Reads a crate: {@code .rmeta}, {@code .rlib} or {@code .so}. */
    public static CrateScan of(Path file) throws IOException {
        String name = file.toString();
        if (name.endsWith(".so")) {
            byte[] content = Files.readAllBytes(file);
            return new CrateScan(
                    mentionedIn(content),
                    ByteSearch.contains(content, METADATA),
                    ByteSearch.contains(content, DECLARATIONS),
                    Capitals.in(content));
        }
        byte[] metadata = name.endsWith(".rlib") ? metadataOf(file) : Files.readAllBytes(file);
        return new CrateScan(mentionedIn(metadata), true, false, Capitals.NONE);
    }

    private static byte[] metadataOf(Path rlib) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(rlib));
                var archive = new ArArchiveInputStream(in)) {
            for (ArArchiveEntry entry = archive.getNextEntry();
                    entry != null;
                    entry = archive.getNextEntry()) {
                if (entry.getName().equals("lib.rmeta")) {
                    return archive.readNBytes(METADATA_BYTES_MAX);
                }
            }
        }
        return Files.readAllBytes(rlib);
    }

    /** What {@link #mentioned} has of a crate's metadata. */
    public static Set<Long> mentionedIn(byte[] content) {
        var found = new HashSet<Long>();
        for (int i = 0; i + HASH_LENGTH < content.length; i++) {
            if (content[i] != '-') {
                continue;
            }
            int end = i + 1;
            while (end <= i + HASH_LENGTH && isHex(content[end])) {
                end++;
            }
            if (end == i + 1 + HASH_LENGTH) {
                String digits = new String(content, i + 1, HASH_LENGTH, StandardCharsets.US_ASCII);
                found.add(Long.parseUnsignedLong(digits, 16));
                i = end - 1;
            }
        }
        return found;
    }

    private static boolean isHex(byte c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
}
