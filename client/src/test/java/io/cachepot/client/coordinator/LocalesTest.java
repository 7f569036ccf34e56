package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalesTest {
    @TempDir Path directory;

    @Test
    void mapsToWhatPrintsTheSame() throws IOException {
        // Given
        Files.createDirectory(directory.resolve("en_US.utf8"));
        Files.createDirectory(directory.resolve("de_DE.utf8"));

        // Then
        assertThat(on(Map.of())).hasValue("C");
        assertThat(on(Map.of("LANG", "C"))).hasValue("C");
        assertThat(on(Map.of("LANG", "POSIX"))).hasValue("C");
        assertThat(on(Map.of("LANG", "C.UTF-8"))).hasValue("C.UTF-8");
        assertThat(on(Map.of("LANG", "en_US.UTF-8"))).hasValue("C.UTF-8");
        assertThat(on(Map.of("LANG", "de_DE.UTF-8", "LC_ALL", "C"))).hasValue("C");
        assertThat(on(Map.of("LANG", "de_DE.UTF-8"))).isEmpty();
    }

    @Test
    void aLocaleWithoutFilesIsPlain() {
        assertThat(on(Map.of("LANG", "fr_FR.UTF-8"))).hasValue("C");
    }

    @Test
    void looksIntoTheArchive() throws IOException {
        // Given
        Files.writeString(directory.resolve("locale-archive"), "\0\0en_GB.utf8\0\0fr_FR.utf8\0");

        // Then
        assertThat(on(Map.of("LC_ALL", "en_GB.UTF-8"))).hasValue("C.UTF-8");
        assertThat(on(Map.of("LC_ALL", "fr_FR.UTF-8"))).isEmpty();
    }

    private Optional<String> on(Map<String, String> environment) {
        return new Locales(directory).onWorker(environment);
    }
}
