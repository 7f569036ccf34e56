package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Names for short-lived files in a directory of one coordinator's own, {@code scratch-PID-...},
 * which goes with it. What a killed one left stays for a day: compilers that it sent to work may
 * write there at their very end, and fail if there is no directory.
 */
final class Scratch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Scratch.class.getName());
    private static final Pattern NAME = Pattern.compile("scratch-(\\d{1,18})-.*");

    /** No compile is under way for so long. */
    private static final Duration KEPT = Duration.ofDays(1);

    private final Path directory;
    private final AtomicLong serial = new AtomicLong();

    /** Makes a directory below {@code parent}. */
    Scratch(Path parent) throws IOException {
        removeThoseOfTheDead(parent);
        directory =
                Files.createTempDirectory(parent, "scratch-" + ProcessHandle.current().pid() + "-");
    }

    private static void removeThoseOfTheDead(Path parent) throws IOException {
        try (var siblings = Files.newDirectoryStream(parent, "scratch-*")) {
            for (Path sibling : siblings) {
                var matcher = NAME.matcher(String.valueOf(sibling.getFileName()));
                if (matcher.matches()
                        && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()
                        && isOld(sibling)) {
                    remove(sibling);
                }
            }
        }
    }

    private static boolean isOld(Path directory) throws IOException {
        Instant changed = Files.getLastModifiedTime(directory).toInstant();
        return changed.isBefore(Instant.now().minus(KEPT));
    }

    private static void remove(Path directory) {
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            LOG.log(DEBUG, "scratch directory not removed: {0}", e.toString());
        }
    }

    Path directory() {
        return directory;
    }

    /**
     * A path where nothing is yet; its user removes what gets there. The directory is made again if
     * somebody who tidies up took it away.
     */
    Path newFile(String suffix) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        return directory.resolve(serial.incrementAndGet() + "." + suffix);
    }

    /** To be called when nobody compiles any more. */
    @Override
    public void close() {
        remove(directory);
    }
}
