package io.cachepot.node.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IncarnationTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Jobs.NOW);

    @TempDir private Path directory;

    @Test
    void isTheTimeAtTheFirstStart() throws IOException {
        assertThat(Incarnation.next(directory.resolve("new"), CLOCK))
                .isEqualTo(Jobs.NOW.toEpochMilli());
    }

    @Test
    void growsEvenWhenTheClockGoesBack() throws IOException {
        // Given
        long first = Incarnation.next(directory, CLOCK);

        // When
        long second = Incarnation.next(directory, InstantSource.fixed(Jobs.NOW.minusSeconds(3600)));

        // Then
        assertThat(second).isEqualTo(first + 1);
        assertThat(Incarnation.next(directory, InstantSource.fixed(Jobs.NOW.minusSeconds(3600))))
                .isEqualTo(first + 2);
    }

    @Test
    void takesTheTimeWhenTheFileIsDamaged() throws IOException {
        // Given
        Files.writeString(directory.resolve("incarnation"), "\0\0\0");

        // When
        long incarnation = Incarnation.next(directory, CLOCK);

        // Then
        assertThat(incarnation).isEqualTo(Jobs.NOW.toEpochMilli());
    }
}
