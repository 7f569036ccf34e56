package io.cachepot.node.worker;

import static java.lang.System.Logger.Level.WARNING;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;

/**
 * Numbers the starts of a worker: milliseconds since 1970, but always larger than at any start
 * before, even if the clock went back. The last one is in the file {@code cacheDir/incarnation}.
 */
public final class Incarnation {
    private static final System.Logger LOG = System.getLogger(Incarnation.class.getName());

    private Incarnation() {}

    /** Draws the number of this start; it is on disk when this returns. */
    public static long next(Path cacheDir, InstantSource clock) throws IOException {
        Files.createDirectories(cacheDir);
        Path file = cacheDir.resolve("incarnation");
        long next = Math.max(clock.millis(), last(file) + 1);
        write(file, next);
        return next;
    }

    private static long last(Path file) throws IOException {
        try {
            return Long.parseLong(Files.readString(file, StandardCharsets.US_ASCII).strip());
        } catch (NoSuchFileException _) {
            return 0;
        } catch (NumberFormatException e) {
            // The clock is the better guess than no worker at all.
            LOG.log(WARNING, "incarnation not understood: file={0} reason={1}", file, e);
            return 0;
        }
    }

    private static void write(Path file, long incarnation) throws IOException {
        Path temporary = file.resolveSibling("incarnation.tmp");
        try (var out =
                FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            out.write(
                    ByteBuffer.wrap(
                            Long.toString(incarnation).getBytes(StandardCharsets.US_ASCII)));
            out.force(true);
        }
        Files.move(temporary, file, ATOMIC_MOVE);
    }
}
