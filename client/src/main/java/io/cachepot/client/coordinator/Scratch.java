package io.cachepot.client.coordinator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Names for short-lived files in a directory of one coordinator's own, which goes with it. */
final class Scratch implements AutoCloseable {
    private final Path directory;
    private final AtomicLong serial = new AtomicLong();

    /** Makes a directory below {@code parent}. */
    Scratch(Path parent) throws IOException {
        directory = Files.createTempDirectory(parent, "scratch-");
    }

    Path directory() {
        return directory;
    }

    /** A path where nothing is yet; its user removes what gets there. */
    Path newFile(String suffix) {
        return directory.resolve(serial.incrementAndGet() + "." + suffix);
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }
}
