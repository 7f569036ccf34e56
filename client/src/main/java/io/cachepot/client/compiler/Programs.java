package io.cachepot.client.compiler;

import io.cachepot.client.include.FileStamp;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Files whose content decides what a tool does.
 *
 * @param files each with the stamp it had when its content was taken into {@code identity}
 * @param missing where a program would be found instead of one of these, if it were there
 * @param identity digest of names and contents: another tool has another one
 */
public record Programs(List<Program> files, List<Path> missing, Digest identity) {
    private static final int BUFFER_BYTES = 1 << 18;

    public Programs {
        files = List.copyOf(files);
        missing = List.copyOf(missing);
    }

    /** One file or, where names matter that may appear in it, one directory. */
    public record Program(Path file, FileStamp stamp) {}

    /**
     * Reads all of {@code files}.
     *
     * @throws IOException when one of them is not there
     */
    public static Programs read(Collection<Path> files, Collection<Path> missing)
            throws IOException {
        return read(files, List.of(), missing);
    }

    /**
     * Reads all of {@code files}.
     *
     * @param directories in which no other file may appear
     * @throws IOException when one of them is not there
     */
    public static Programs read(
            Collection<Path> files, Collection<Path> directories, Collection<Path> missing)
            throws IOException {
        var stamped = new ArrayList<Program>();
        var identity = Digest.sha256();
        // The stamp first: a file replaced while it is read gets a stamp that no longer fits.
        for (Path directory : directories) {
            stamped.add(stamped(directory));
        }
        for (Path file : files) {
            stamped.add(stamped(file));
            identity.update(file.toString().getBytes(StandardCharsets.UTF_8));
            identity.update((byte) 0);
            identity.update(content(file).toByteArray());
        }
        return new Programs(stamped, List.copyOf(missing), Digest.of(identity));
    }

    private static Program stamped(Path file) throws IOException {
        return new Program(
                file, FileStamp.of(file).orElseThrow(() -> new IOException(file + " is gone")));
    }

    private static Digest content(Path file) throws IOException {
        var sha256 = Digest.sha256();
        try (var in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
        }
        return Digest.of(sha256);
    }

    /** Whether every file still is what it was, and where it was. One {@code stat} each. */
    public boolean areUnchanged() throws IOException {
        for (Program program : files) {
            if (!program.stamp().isOf(program.file())) {
                return false;
            }
        }
        for (Path path : missing) {
            if (FileStamp.of(path).isPresent()) {
                return false;
            }
        }
        return true;
    }
}
