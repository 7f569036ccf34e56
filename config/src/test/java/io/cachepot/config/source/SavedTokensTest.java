package io.cachepot.config.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.config.Secret;
import io.cachepot.config.source.SavedTokens.Saved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedTokensTest {
    @TempDir private Path directory;

    private Path file() {
        return directory.resolve("deep/cached-config");
    }

    @Test
    void givesBackWhatWasWritten() throws Exception {
        // Given
        var tokens =
                Map.of(
                        "https://id.example/authorize?audience=a&scope=\"b\\",
                        new Saved(
                                Secret.of("a.b\tc\u0007\"\\"),
                                Optional.of(Instant.parse("2026-01-02T03:04:05Z"))),
                        "https://other.example/",
                        new Saved(Secret.of("t"), Optional.empty()));

        // When
        SavedTokens.write(file(), tokens);

        // Then
        assertThat(SavedTokens.read(file())).isEqualTo(tokens);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        try (var files = Files.list(file().resolveSibling(""))) {
            assertThat(files).containsExactly(file());
        }
    }

    /** As cachepot itself writes it. */
    @Test
    void readsAFileWithoutExpiries() throws Exception {
        Files.createDirectories(file().resolveSibling(""));
        Files.writeString(file(), "[dist.auth_tokens]\n\"https://id.example/\" = \"token\"\n");
        assertThat(SavedTokens.read(file()))
                .isEqualTo(
                        Map.of(
                                "https://id.example/",
                                new Saved(Secret.of("token"), Optional.empty())));
    }

    @Test
    void noFileIsNoTokens() throws Exception {
        assertThat(SavedTokens.read(file())).isEmpty();
    }

    @Test
    void aBrokenFileIsSaidAndNotTakenForEmpty() throws Exception {
        Files.createDirectories(file().resolveSibling(""));
        for (String text : new String[] {"[dist", "[dist.auth_tokens]\n\"u\" = 7\n"}) {
            Files.writeString(file(), text);
            assertThatThrownBy(() -> SavedTokens.read(file()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(file().toString());
        }
    }
}
