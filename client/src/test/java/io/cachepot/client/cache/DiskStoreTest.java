package io.cachepot.client.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.client.cache.DiskStore.Kind;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskStoreTest {
    private static final Digest KEY = Digest.of(Bytes.utf8("key"));

    @TempDir Path directory;
    private DiskStore store;

    @BeforeEach
    void open() throws IOException {
        store = new DiskStore(directory, 1_000, InstantSource.system());
        store.start();
    }

    @Test
    void givesBackWhatWasPut() throws IOException {
        // When
        put(KEY, "content");

        // Then
        assertThat(read(KEY)).hasValue("content");
        assertThat(store.open(Kind.MANIFEST, KEY)).isEmpty();
        assertThat(store.bytes()).isEqualTo("content".length());
    }

    @Test
    void aNewStartCountsWhatIsThere() throws IOException {
        // Given
        put(KEY, "content");

        // When
        var again = new DiskStore(directory, 1_000, InstantSource.system());
        again.start();

        // Then
        assertThat(again.bytes()).isEqualTo("content".length());
    }

    @Test
    void anEntryThatFailsHalfWayIsNotThere() throws IOException {
        // When
        assertThatThrownBy(() ->
                        store.put(
                                Kind.RESULT,
                                KEY,
                                out -> {
                                    out.write(1);
                                    throw new IOException("disk full");
                                }))
                .hasMessage("disk full");

        // Then
        assertThat(store.open(Kind.RESULT, KEY)).isEmpty();
        try (var files = Files.walk(directory)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void leastRecentlyUsedGoFirst() throws Exception {
        // Given
        Digest old = Digest.of(Bytes.utf8("old"));
        Digest used = Digest.of(Bytes.utf8("used"));
        put(old, "x".repeat(400));
        put(used, "x".repeat(400));
        age(old, 100);
        age(used, 200);
        assertThat(read(used)).isPresent();

        // When
        put(KEY, "x".repeat(400));
        for (int i = 0; i < 500 && store.bytes() > 1_000; i++) {
            Thread.sleep(10);
        }

        // Then
        assertThat(store.bytes()).isLessThanOrEqualTo(1_000);
        assertThat(read(old)).isEmpty();
        assertThat(read(used)).isPresent();
        assertThat(read(KEY)).isPresent();
    }

    @Test
    void clearRemovesEverything() throws IOException {
        // Given
        put(KEY, "content");

        // When
        store.clear();

        // Then
        assertThat(read(KEY)).isEmpty();
        assertThat(store.bytes()).isZero();
    }

    private void age(Digest key, int seconds) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.filter(f -> f.endsWith(key.hex())).toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(seconds)));
            }
        }
    }

    private void put(Digest key, String content) throws IOException {
        store.put(Kind.RESULT, key, out -> out.write(content.getBytes(UTF_8)));
    }

    private Optional<String> read(Digest key) throws IOException {
        var opened = store.open(Kind.RESULT, key);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (var in = opened.get()) {
            return Optional.of(new String(in.readAllBytes(), UTF_8));
        }
    }
}
