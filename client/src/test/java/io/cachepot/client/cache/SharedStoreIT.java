package io.cachepot.client.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.config.DiskCache;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes on one directory, some of which are killed. */
class SharedStoreIT {
    private static final int KILLS = 6;
    private static final int PROCESSES = 3;
    private static final int OPERATIONS = 3_000;

    @TempDir Path directory;
    private final long seed = new Random().nextLong();

    private DiskStore store(long bytesMax) throws IOException {
        var store = new DiskStore(new DiskCache(directory, bytesMax, 0), InstantSource.system());
        store.start();
        return store;
    }

    @Test
    @Timeout(60)
    void whoeverIsKilledLosesNoMoreThanWhatItWasWriting() throws Exception {
        // Given
        var random = new Random(seed);
        for (int i = 0; i < KILLS; i++) {
            Process child =
                    StoreChild.start(directory, 1L << 30, random.nextLong(), Integer.MAX_VALUE);
            try (var said = said(child)) {
                assertThat(said.readLine()).isEqualTo("ready");
                Thread.sleep(random.nextInt(250));
                child.toHandle().destroyForcibly();
                child.waitFor();
                assertThat(said.readAllLines()).as("seed %d", seed).isEmpty();
            }
        }

        // Then
        try (var store = store(1L << 30)) {
            for (int key = 0; key < StoreChild.KEYS; key++) {
                StoreChild.isThere(store, key); // or damaged, which fails
            }
            assertThat(store.bytes()).as("seed %d", seed).isEqualTo(bytesOnDisk());
        }
        List<Path> left = temporaries();
        assertThat(left).as("one at most of each that was killed").hasSizeLessThanOrEqualTo(KILLS);
        for (Path file : left) {
            Files.setLastModifiedTime(
                    file, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        }
        try (var store = store(1L << 30)) {
            store.bytes();
        }
        assertThat(temporaries()).isEmpty();
    }

    @Test
    @Timeout(60)
    void severalProcessesPutReadDropClearAndEvictAtOnce() throws Exception {
        // Given: room for about a third of all
        long bytesMax = 1 << 20;
        var children = new ArrayList<Process>();
        for (int i = 0; i < PROCESSES; i++) {
            children.add(StoreChild.start(directory, bytesMax, seed + i, OPERATIONS));
        }

        // When
        for (Process child : children) {
            try (var said = said(child)) {
                assertThat(said.readAllLines()).as("seed %d", seed).containsExactly("ready");
            }
            assertThat(child.waitFor()).isZero();
        }

        // Then
        try (var store = store(bytesMax)) {
            for (int key = 0; key < StoreChild.KEYS; key++) {
                StoreChild.isThere(store, key);
            }
            assertThat(store.bytes()).as("seed %d", seed).isEqualTo(bytesOnDisk());
            assertThat(store.bytes()).isLessThanOrEqualTo(bytesMax);
        }
        assertThat(temporaries()).as("seed %d", seed).isEmpty();
    }

    private static BufferedReader said(Process child) {
        return new BufferedReader(
                new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
    }

    private long bytesOnDisk() throws IOException {
        long bytes = 0;
        for (String folder : List.of("results", "manifests")) {
            for (Path file : filesBelow(folder)) {
                bytes += (Files.size(file) + 4095) / 4096 * 4096;
            }
        }
        return bytes;
    }

    /** Half-written entries, and whole directories whose clearing was cut short. */
    private List<Path> temporaries() throws IOException {
        try (var files = Files.list(directory.resolve("v2/tmp"))) {
            return files.toList();
        }
    }

    private List<Path> filesBelow(String folder) throws IOException {
        Path below = directory.resolve("v2").resolve(folder);
        if (!Files.isDirectory(below)) {
            return List.of();
        }
        try (var files = Files.walk(below)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
