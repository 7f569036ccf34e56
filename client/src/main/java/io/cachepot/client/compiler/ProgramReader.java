package io.cachepot.client.compiler;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.client.compiler.Programs.Program;
import io.cachepot.client.include.FileStamp;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.StringJoiner;

/**
 * Reads {@link Programs}. A compiler of half a gigabyte takes a second to read, so what came of it
 * is kept in a directory, under a digest of the files' names and stamps: a coordinator that starts
 * anew only looks at them.
 */
public final class ProgramReader {
    private static final System.Logger LOG = System.getLogger(ProgramReader.class.getName());
    private static final int BUFFER_BYTES = 1 << 18;

    private final Path directory;
    private final InstantSource clock;

    /**
     * @param directory for what is kept; made when it is needed
     */
    public ProgramReader(Path directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * Reads all of {@code files}.
     *
     * @param missing where a program would be found instead of one of them, if it were there
     * @throws IOException when one of them is not there
     */
    public Programs read(Collection<Path> files, Collection<Path> missing) throws IOException {
        return read(files, List.of(), missing);
    }

    /**
     * Reads all of {@code files}.
     *
     * @param directories in which no other file may appear
     * @throws IOException when one of them is not there
     */
    public Programs read(
            Collection<Path> files, Collection<Path> directories, Collection<Path> missing)
            throws IOException {
        long now = FileStamp.nanos(clock.instant());
        var stamped = new ArrayList<Program>();
        // The stamp first: a file replaced while it is read gets a stamp that no longer fits.
        for (Path file : files) {
            stamped.add(stamped(file));
        }
        Digest identity =
                stamped.stream().allMatch(program -> program.stamp().isSettledAt(now))
                        ? kept(stamped)
                        : identity(stamped);
        for (Path each : directories) {
            stamped.add(stamped(each));
        }
        return new Programs(stamped, List.copyOf(missing), identity);
    }

    private static Program stamped(Path file) throws IOException {
        return new Program(
                file, FileStamp.of(file).orElseThrow(() -> new IOException(file + " is gone")));
    }

    private Digest kept(List<Program> programs) throws IOException {
        var text = new StringJoiner("\0");
        for (Program program : programs) {
            text.add(program.file().toString()).add(program.stamp().toString());
        }
        Path file = directory.resolve(Digest.of(Bytes.utf8(text.toString())).hex());
        try {
            return Digest.fromHex(Files.readString(file).strip());
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(DEBUG, "compiler is read: {0}", e.toString());
        }
        Digest identity = identity(programs);
        keep(file, identity);
        return identity;
    }

    private void keep(Path file, Digest identity) {
        try {
            Files.createDirectories(directory);
            Path temporary = Files.createTempFile(directory, "writing-", ".tmp");
            Files.writeString(temporary, identity.hex());
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.log(DEBUG, "identity of a compiler not kept: {0}", e.toString());
        }
    }

    private static Digest identity(List<Program> programs) throws IOException {
        try {
            List<Digest> contents =
                    programs.parallelStream()
                            .map(program -> contentUnchecked(program.file()))
                            .toList();
            var identity = Digest.sha256();
            for (int i = 0; i < contents.size(); i++) {
                identity.update(programs.get(i).file().toString().getBytes(StandardCharsets.UTF_8));
                identity.update((byte) 0);
                identity.update(contents.get(i).toByteArray());
            }
            return Digest.of(identity);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Digest contentUnchecked(Path file) {
        var sha256 = Digest.sha256();
        try (var in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Digest.of(sha256);
    }
}
