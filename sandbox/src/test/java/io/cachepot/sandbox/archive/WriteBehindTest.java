package io.cachepot.sandbox.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WriteBehindTest {
    @TempDir private Path parent;

    private EntryWriter writer() throws Exception {
        return EntryWriter.create(parent.resolve("root"));
    }

    @Test
    void allIsThereAtTheEndInTheOrderInWhichItCame() throws Exception {
        // When
        try (var disk = new WriteBehind(writer())) {
            disk.directories(List.of("d", "d/e"));
            for (int i = 0; i < 100; i++) {
                disk.file("d/e/" + i, i == 7);
                disk.write(("first " + i).getBytes(UTF_8));
                disk.write(" second".getBytes(UTF_8));
            }
            disk.file("empty", false);
            disk.hardLink("d/hard", "d/e/99");
            disk.link("d/soft", "e/98");
            disk.finish();
        }

        // Then
        Path root = parent.resolve("root");
        for (int i = 0; i < 100; i++) {
            assertThat(root.resolve("d/e/" + i)).hasContent("first " + i + " second");
            assertThat(Files.isExecutable(root.resolve("d/e/" + i))).isEqualTo(i == 7);
        }
        assertThat(root.resolve("empty")).isEmptyFile();
        assertThat(root.resolve("d/hard")).hasContent("first 99 second");
        assertThat(root.resolve("d/soft")).isSymbolicLink().hasContent("first 98 second");
    }

    @Test
    void whatGoesWrongIsThrownAtTheEndAtTheLatest() throws Exception {
        try (var disk = new WriteBehind(writer())) {
            // When: its directory is not there
            disk.file("nowhere/a", false);

            // Then
            assertThatThrownBy(disk::finish).isInstanceOf(NoSuchFileException.class);
        }
    }

    @Test
    void whoeverGoesOnAfterAFailureHearsOfIt() throws Exception {
        try (var disk = new WriteBehind(writer())) {
            disk.file("nowhere/a", false);

            // Then: though more is written than may wait
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 1_000_000; i++) {
                                    disk.write(new byte[100]);
                                }
                            })
                    .isInstanceOf(NoSuchFileException.class);
        }
    }

    @Test
    void nothingIsWrittenOnceItIsClosed() throws Exception {
        // Given
        var disk = new WriteBehind(writer());
        for (int i = 0; i < 30; i++) {
            disk.file("f" + i, false);
        }

        // When
        disk.close();

        // Then: it can be removed
        Path root = parent.resolve("root");
        try (var left = Files.list(root)) {
            for (Path file : left.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(root);
    }

    @Test
    void anInterruptEndsIt() throws Exception {
        // Given
        try (var disk = new WriteBehind(writer())) {
            disk.file("f", false);

            // When
            Thread.currentThread().interrupt();

            // Then
            assertThatThrownBy(() -> disk.write(new byte[100]))
                    .isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
