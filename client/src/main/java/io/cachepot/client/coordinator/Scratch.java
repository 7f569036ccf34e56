package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Names for short-lived files in a directory of one coordinator's own, {@code scratch-PID-...},
 * which goes with it; what a killed one left goes when the next one starts.
 */
final class Scratch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Scratch.class.getName());
    private static final Pattern NAME = Pattern.compile("scratch-(\\d{1,18})-.*");

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
                        && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
                    remove(sibling);
                }
            }
        }
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

    @Override
    public void close() {
        remove(directory);
    }
}
