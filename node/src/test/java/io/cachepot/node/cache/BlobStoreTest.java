package io.cachepot.node.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.protocol.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BlobStoreTest {
    private static final long BYTES_MAX = 30;
    private static final long BLOB_BYTES_MAX = 20;

    @TempDir private Path directory;
    private BlobStore store;

    @BeforeEach
    void start() throws IOException {
        store = restarted();
    }

    private BlobStore restarted() throws IOException {
        var restarted = new BlobStore(directory, BYTES_MAX, BLOB_BYTES_MAX);
        restarted.start();
        return restarted;
    }

    private static Digest digest(String content) {
        return Digest.of(bytes(content));
    }

    private static byte[] bytes(String content) {
        return content.getBytes(StandardCharsets.UTF_8);
    }

    private static InputStream stream(String content) {
        return new ByteArrayInputStream(bytes(content));
    }

    private void put(String content) throws IOException {
        try (var pins = store.pins()) {
            put(pins, content);
        }
    }

    private static void put(BlobStore.Pins pins, String content) throws IOException {
        pins.put(digest(content), bytes(content).length, stream(content));
    }

    private List<Path> files() throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void keepsContentUnderItsDigestReadableByAll() throws IOException {
        // When
        put("int main;");

        // Then
        Path path = store.path(digest("int main;"));
        assertThat(store.has(digest("int main;"))).isTrue();
        assertThat(path).hasContent("int main;");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-r--r--");
        assertThat(store.details().bytes()).isEqualTo(9);
    }

    @Test
    void refusesContentOfAnotherDigestAndNamesBoth() throws IOException {
        // Given
        Digest told = digest("told");

        // When
        try (var pins = store.pins()) {
            assertThatThrownBy(() -> pins.put(told, 4, stream("fake")))
                    // Then
                    .isInstanceOf(WrongContentException.class)
                    .hasMessage("content has SHA-256 " + digest("fake") + ", expected " + told);
        }
        assertThat(store.has(told)).isFalse();
        assertThat(files()).isEmpty();
    }

    @Test
    void refusesContentThatIsCutShort() throws IOException {
        // Given
        Digest digest = digest("whole");

        // When
        try (var pins = store.pins()) {
            assertThatThrownBy(() -> pins.put(digest, 5, stream("who")))
                    // Then
                    .isInstanceOf(WrongContentException.class)
                    .hasMessage("content of " + digest + " has 3 bytes, expected 5");
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void refusesContentThatIsLongerThanTold() throws IOException {
        // Given
        Digest digest = digest("who");

        // When
        try (var pins = store.pins()) {
            assertThatThrownBy(() -> pins.put(digest, 3, stream("whole")))
                    // Then
                    .isInstanceOf(WrongContentException.class)
                    .hasMessage("content of " + digest + " has more than the 3 bytes told");
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void refusesContentThatIsTooLargeBeforeReadingIt() throws IOException {
        // Given
        Digest digest = digest("a");

        // When
        try (var pins = store.pins()) {
            assertThatThrownBy(() -> pins.put(digest, 21, new Unreadable()))
                    // Then
                    .isInstanceOf(WrongContentException.class)
                    .hasMessage("content of " + digest + " has 21 bytes, expected at most 20");
        }
    }

    private static final class Unreadable extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("connection reset");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return read();
        }
    }

    @Test
    void leavesNothingWhenTheSenderGoesAway() throws IOException {
        // When
        try (var pins = store.pins()) {
            assertThatThrownBy(() -> pins.put(digest("a"), 1, new Unreadable()))
                    // Then
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(StorageException.class)
                    .hasMessage("connection reset");
        }
        assertThat(files()).isEmpty();
        // The room that was promised is free again.
        put("012345678901234");
        put("543210987654321");
        assertThat(store.details().bytes()).isEqualTo(30);
    }

    @Test
    void makesRoomByDroppingTheLeastRecentlyUsed() throws IOException {
        // Given
        put("aaaaaaaaaa");
        put("bbbbbbbbbb");
        put("cccccccccc");
        try (var pins = store.pins()) {
            pins.pin(List.of(digest("aaaaaaaaaa")));
        }

        // When
        put("dddddddddd");

        // Then
        assertThat(store.has(digest("aaaaaaaaaa"))).isTrue();
        assertThat(store.has(digest("bbbbbbbbbb"))).isFalse();
        assertThat(files()).hasSize(3);
        assertThat(store.details().bytes()).isEqualTo(30);
    }

    @Test
    void refusesContentRatherThanDropOneInUse() throws IOException {
        try (var pins = store.pins()) {
            // Given
            put(pins, "aaaaaaaaaa");
            put(pins, "bbbbbbbbbb");
            put(pins, "cccccccccc");

            // When
            assertThatThrownBy(() -> put("d"))
                    // Then
                    .isInstanceOf(StorageException.class)
                    .hasMessage(
                            "no room for 1 bytes of "
                                    + digest("d")
                                    + ": running jobs use 30 of 30");
            assertThat(store.path(digest("aaaaaaaaaa"))).hasContent("aaaaaaaaaa");
        }
    }

    @Test
    void tellsWhichContentsAreMissingInOrder() throws IOException {
        // Given
        put("here");

        // When
        try (var pins = store.pins()) {
            var missing = pins.pin(List.of(digest("2"), digest("here"), digest("1")));

            // Then
            assertThat(missing).containsExactly(digest("2"), digest("1"));
        }
    }

    @Test
    void knowsAfterARestartWhatItHadAndWhichWasOldest() throws IOException {
        // Given
        put("aaaaaaaaaa");
        put("bbbbbbbbbb");
        age(digest("bbbbbbbbbb"));

        // When
        store = restarted();
        put("cccccccccccc");

        // Then
        assertThat(store.has(digest("aaaaaaaaaa"))).isTrue();
        assertThat(store.has(digest("bbbbbbbbbb"))).isFalse();
    }

    private void age(Digest digest) throws IOException {
        Files.setLastModifiedTime(store.path(digest), FileTime.fromMillis(0));
    }

    @Test
    void asksAgainForContentThatWasTornBeforeARestart() throws IOException {
        // Given
        put("whole");
        Files.writeString(store.path(digest("whole")), "who");

        // When
        store = restarted();
        try (var pins = store.pins()) {
            var missing = pins.pin(List.of(digest("whole")));
            put(pins, "whole");

            // Then
            assertThat(missing).containsExactly(digest("whole"));
            assertThat(store.path(digest("whole"))).hasContent("whole");
            assertThat(store.details().bytes()).isEqualTo(5);
        }
    }

    @Test
    void removesAtStartWhatWasHalfReceived() throws IOException {
        // Given
        Files.writeString(directory.resolve("blobs/tmp/7"), "ha");

        // When
        store = restarted();

        // Then
        assertThat(files()).isEmpty();
    }

    @Test
    void takesTheSameContentFromManySendersAtOnce() throws Exception {
        // Given
        var sends = new ArrayList<Callable<Boolean>>();
        for (int i = 0; i < 16; i++) {
            sends.add(() -> {
                try (var pins = store.pins()) {
                    pins.put(digest("a"), 1, stream("a"));
                    return Files.exists(store.path(digest("a")));
                }
            });
        }

        // When
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var sent : threads.invokeAll(sends)) {
                // Then
                assertThat(sent.get()).isTrue();
            }
        }
        assertThat(store.details().bytes()).isEqualTo(1);
        assertThat(files()).hasSize(1);
    }
}
