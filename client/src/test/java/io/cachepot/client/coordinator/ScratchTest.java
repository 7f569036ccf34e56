package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
    @TempDir private Path parent;

    /** Of a process that is gone. */
    private Path leftBehind(Duration age) throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        Path directory = Files.createDirectory(parent.resolve("scratch-" + process.pid() + "-1"));
        Files.createFile(directory.resolve("1.d"));
        Files.setLastModifiedTime(directory, FileTime.from(Instant.now().minus(age)));
        return directory;
    }

    /**
     * A compiler that a killed coordinator sent to work writes there, perhaps not until its end.
     */
    @Test
    void whatAKilledOneUsedAMomentAgoStays() throws Exception {
        // Given
        Path left = leftBehind(Duration.ofHours(3));

        // When
        try (var _ = new Scratch(parent)) {
            // Then
            assertThat(left.resolve("1.d")).exists();
        }
    }

    @Test
    void whatAKilledOneLeftLongAgoGoes() throws Exception {
        // Given
        Path left = leftBehind(Duration.ofDays(2));

        // When
        try (var _ = new Scratch(parent)) {
            // Then
            assertThat(left).doesNotExist();
        }
    }

    @Test
    void whatAnotherThatRunsUsesStays() throws Exception {
        // Given
        try (var running = new Scratch(parent)) {
            Files.setLastModifiedTime(
                    running.directory(), FileTime.from(Instant.now().minus(Duration.ofDays(2))));

            // When
            try (var _ = new Scratch(parent)) {
                // Then
                assertThat(running.directory()).exists();
            }
        }
        assertThat(parent).isEmptyDirectory();
    }
}
