package io.cachepot.client.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.client.cache.DiskStore.Kind;
import io.cachepot.config.DiskCache;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskStoreTest {
    private static final Digest KEY = digest("key");
    private static final Digest OLD = digest("old");
    private static final Digest OLDER = digest("older");
    private static final Digest USED = digest("used");
    private static final long BLOCK = 4096;
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir Path directory;
    private DiskStore store;

    @BeforeEach
    void open() throws IOException {
        store = started(10 * BLOCK, 0);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private DiskStore started(long bytesMax, int filesMax) throws IOException {
        var started =
                new DiskStore(new DiskCache(directory, bytesMax, filesMax), InstantSource.system());
        started.start();
        return started;
    }

    private static Digest digest(String text) {
        return Digest.of(Bytes.utf8(text));
    }

    @Test
    void givesBackWhatWasPut() throws IOException {
        // When
        put(KEY, "content");

        // Then
        assertThat(read(KEY)).hasValue("content");
        assertThat(store.open(Kind.MANIFEST, KEY)).isEmpty();
        assertThat(store.bytes()).isEqualTo(BLOCK);
    }

    @Test
    void givesBackWhatIsLargerThanMemoryShouldHold() throws IOException {
        // Given
        String large = "0123456789abcde\n".repeat(3 << 16);

        // When
        put(KEY, large);

        // Then
        assertThat(read(KEY)).hasValue(large);
    }

    @Test
    void anEntryThatIsReplacedCountsOnce() throws IOException {
        // When
        put(KEY, "x".repeat(5_000));
        put(KEY, "content");

        // Then
        assertThat(read(KEY)).hasValue("content");
        assertThat(store.bytes()).isEqualTo(BLOCK);
    }

    @Test
    void aNewStartKnowsWhatIsThere() throws IOException {
        // Given
        put(KEY, "content");
        store.bytes();
        store.close();

        // When
        try (var again = started(10 * BLOCK, 0)) {
            // Then
            assertThat(again.bytes()).isEqualTo(BLOCK);
        }
    }

    @Test
    void aUsageThatSomebodyScribbledOverIsCountedAnew() throws IOException {
        // Given
        put(KEY, "content");
        store.bytes();
        store.close();
        Path usage = directory.resolve("v2/usage");
        assertThat(usage).content().startsWith("cachepot-usage 1 4096 1 ");
        Files.writeString(usage, Files.readString(usage).replace(" 4096 ", " 9999 "));

        // When
        try (var again = started(10 * BLOCK, 0)) {
            // Then
            assertThat(again.bytes()).isEqualTo(BLOCK);
        }
    }

    @Test
    void processesLearnFromEachOtherWhatTheyStored() throws IOException {
        // Given
        assertThat(store.bytes()).isZero();
        try (var other = started(10 * BLOCK, 0)) {
            assertThat(other.bytes()).isZero();

            // When
            put(KEY, "content");
            other.put(Kind.RESULT, OLD, out -> out.write(1));

            // Then
            assertThat(store.bytes()).isEqualTo(2 * BLOCK);
            assertThat(other.bytes()).isEqualTo(2 * BLOCK);
        }
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
        assertThat(directory.resolve("v2/tmp")).isEmptyDirectory();
    }

    @Test
    void leastRecentlyUsedGoFirst() throws Exception {
        // Given
        put(OLD, "x");
        put(OLDER, "x");
        put(USED, "x");
        age(OLD, HOUR.multipliedBy(2));
        age(OLDER, HOUR.multipliedBy(4));
        age(USED, HOUR.multipliedBy(3));
        assertThat(read(USED)).isPresent();

        // When
        overflow(8);

        // Then
        assertThat(store.bytes()).isLessThanOrEqualTo(10 * BLOCK);
        assertThat(read(OLD)).isEmpty();
        assertThat(read(USED)).isPresent();
    }

    @Test
    void aTimeInTheFutureMakesNoEntryImmortal() throws Exception {
        // Given
        put(OLD, "x");
        put(OLDER, "x");
        put(USED, "x");
        age(OLD, HOUR.multipliedBy(-24));
        age(OLDER, HOUR.multipliedBy(12));
        age(USED, HOUR);

        // When
        overflow(8);

        // Then
        assertThat(read(OLD)).isEmpty();
        assertThat(read(USED)).isPresent();
    }

    @Test
    void filesCanBeLimitedToo() throws Exception {
        // Given
        store.close();
        store = started(1 << 30, 10);
        put(OLD, "x");
        age(OLD, HOUR);

        // When
        overflow(12);

        // Then
        assertThat(read(OLD)).isEmpty();
        try (var files = Files.walk(directory.resolve("v2/results"))) {
            assertThat(files.filter(Files::isRegularFile).count()).isBetween(9L, 11L);
        }
    }

    /** Puts {@code count} entries; the first that is too many begins an eviction. */
    private void overflow(int count) throws IOException {
        store.bytes();
        for (int i = 0; i < count; i++) {
            put(digest("new " + i), "x");
        }
        store.bytes();
    }

    @Test
    void aUseIsNotedOnDiskOnlyNowAndThen() throws IOException {
        // Given
        put(KEY, "content");
        age(KEY, Duration.ofMinutes(1));
        FileTime noted = Files.getLastModifiedTime(file(KEY));

        // When
        read(KEY);

        // Then
        assertThat(Files.getLastModifiedTime(file(KEY))).isEqualTo(noted);
    }

    @Test
    void whatHasTheNameOfAnotherEntryIsDamaged() throws IOException {
        // Given
        put(KEY, "content");
        put(OLD, "other content");
        Files.copy(file(OLD), file(KEY), StandardCopyOption.REPLACE_EXISTING);

        // Then
        assertDamagedAndHealed();
    }

    @Test
    void aDirectoryInPlaceOfAnEntryIsReplaced() throws IOException {
        // Given
        put(KEY, "content");
        Files.delete(file(KEY));
        Files.createDirectories(file(KEY).resolve("in/side"));

        // Then
        assertDamagedAndHealed();
    }

    @Test
    void aPipeInPlaceOfAnEntryStopsNobody() throws Exception {
        // Given
        put(KEY, "content");
        Files.delete(file(KEY));
        new ProcessBuilder("mkfifo", file(KEY).toString()).start().waitFor();

        // Then
        assertDamagedAndHealed();
    }

    @Test
    void anEmptyEntryIsReplaced() throws IOException {
        // Given
        put(KEY, "content");
        Files.write(file(KEY), new byte[0], StandardOpenOption.TRUNCATE_EXISTING);

        // Then
        assertDamagedAndHealed();
    }

    private void assertDamagedAndHealed() throws IOException {
        assertThatThrownBy(() -> store.open(Kind.RESULT, KEY))
                .isInstanceOf(DamagedEntryException.class);
        assertThat(file(KEY)).doesNotExist();
        assertThat(store.open(Kind.RESULT, KEY)).isEmpty();
        put(KEY, "content");
        assertThat(read(KEY)).hasValue("content");
    }

    @Test
    void aFileInPlaceOfADirectoryIsReplaced() throws IOException {
        // Given
        put(KEY, "content");
        Path shard = file(KEY).resolveSibling("");
        Files.delete(file(KEY));
        Files.delete(shard);
        Files.writeString(shard, "in the way");

        // When
        put(KEY, "content");

        // Then
        assertThat(read(KEY)).hasValue("content");
    }

    @Test
    void goesOnWhenTheDirectoryIsDeletedUnderIt() throws IOException {
        // Given
        put(KEY, "content");
        store.bytes();
        new StoreFiles(directory).discard(directory.resolve("v2"));

        // Then
        assertThat(read(KEY)).isEmpty();
        put(KEY, "content");
        assertThat(read(KEY)).hasValue("content");
        assertThat(store.bytes()).isEqualTo(BLOCK);
    }

    @Test
    void clearRemovesEverything() throws IOException {
        // Given
        put(KEY, "content");
        store.put(Kind.MANIFEST, KEY, out -> out.write(1));

        // When
        store.clear();

        // Then
        assertThat(read(KEY)).isEmpty();
        assertThat(store.open(Kind.MANIFEST, KEY)).isEmpty();
        assertThat(store.bytes()).isZero();
    }

    @Test
    void whatAKilledProcessLeftGoesAtTheNextStart() throws IOException {
        // Given
        Path left = Files.writeString(directory.resolve("v2/tmp/left"), "half");
        Path writing = Files.writeString(directory.resolve("v2/tmp/writing"), "half");
        Path cleared = Files.createDirectories(directory.resolve("v2/tmp/cleared"));
        Files.writeString(cleared.resolve("entry"), "x");
        var old = FileTime.from(Instant.now().minus(HOUR.multipliedBy(2)));
        Files.setLastModifiedTime(left, old);
        Files.setLastModifiedTime(cleared, old);
        Files.createDirectories(directory.resolve("v1/results/ab"));
        store.close();

        // When
        try (var again = started(10 * BLOCK, 0)) {
            again.bytes();
        }

        // Then
        assertThat(left).doesNotExist();
        assertThat(cleared).doesNotExist();
        assertThat(writing).exists();
        assertThat(directory.resolve("v1")).doesNotExist();
    }

    @Test
    void temporariesOfTwoStoresNeverHaveTheSameName() throws IOException {
        try (var other = started(10 * BLOCK, 0)) {
            assertThat(other.newTemporary()).isNotEqualTo(store.newTemporary());
            assertThat(store.newTemporary()).isNotEqualTo(store.newTemporary());
        }
    }

    private Path file(Digest key) {
        String hex = key.hex();
        return directory.resolve("v2/results").resolve(hex.substring(0, 2)).resolve(hex);
    }

    private void age(Digest key, Duration age) throws IOException {
        Files.setLastModifiedTime(file(key), FileTime.from(Instant.now().minus(age)));
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
