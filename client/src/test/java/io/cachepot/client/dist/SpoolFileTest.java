package io.cachepot.client.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolFileTest {
    @TempDir private Path directory;

    @Test
    void takesWhatIsWritten() throws Exception {
        // When
        try (var spool = SpoolFile.open(directory.resolve("body"))) {
            spool.write('a');
            spool.write(new byte[] {'b', 'c'});
        }

        // Then
        assertThat(directory.resolve("body")).hasContent("abc");
    }

    @Test
    void aFullDiskIsItsOwnTrouble() throws Exception {
        // Given: a device on which there is never room
        try (var spool = SpoolFile.open(Path.of("/dev/full"))) {
            // When
            Throwable failure = catchThrowable(() -> spool.write(new byte[100]));

            // Then
            assertThat(failure)
                    .isInstanceOf(SpoolFile.Failure.class)
                    .hasMessageContaining("No space left on device");
        }
    }

    @Test
    void aDirectoryThatIsNoneIsItsOwnTrouble() throws Exception {
        // Given
        Path file = Files.createFile(directory.resolve("file"));

        // When
        Throwable failure = catchThrowable(() -> SpoolFile.open(file.resolve("body")));

        // Then
        assertThat(failure).isInstanceOf(SpoolFile.Failure.class);
    }
}
