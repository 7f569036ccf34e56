package io.cachepot.client.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.stats.Stats.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptStatsTest {
    @TempDir Path directory;

    /** A coordinator's: what it counts, and what it keeps. */
    private final class Coordinator {
        final Stats stats = new Stats();
        final KeptStats kept;

        Coordinator() {
            this(InstantSource.system());
        }

        Coordinator(InstantSource clock) {
            kept = new KeptStats(stats, directory, clock);
        }

        void hits(int count) throws InterruptedException {
            for (int i = 0; i < count; i++) {
                stats.hit("c", 1_000_000);
            }
            kept.save();
        }

        long hits() throws InterruptedException {
            return kept.tally().count(Counter.CACHE_HITS);
        }
    }

    private List<Path> files() throws IOException {
        try (var files = Files.newDirectoryStream(directory.resolve("stats"), "*.json")) {
            var list = new ArrayList<Path>();
            files.forEach(list::add);
            return list;
        }
    }

    @Test
    void aKilledCoordinatorsCountsAreThere() throws Exception {
        // Given
        new Coordinator().hits(3);

        // When
        var next = new Coordinator();
        next.hits(2);

        // Then
        assertThat(next.hits()).isEqualTo(5);
        assertThat(next.kept.tally().hitsByLanguage()).containsEntry("C", 5L);
    }

    @Test
    void closingFoldsItsOwnFile() throws Exception {
        // Given
        for (int i = 0; i < 3; i++) {
            var coordinator = new Coordinator();
            coordinator.hits(1);
            coordinator.kept.close();
        }

        // Then
        assertThat(files()).extracting(Path::getFileName).hasToString("[total.json]");
        assertThat(new Coordinator().hits()).isEqualTo(3);
    }

    @Test
    void twoAtOnceAreSummedAndNothingCountsTwice() throws Exception {
        // Given
        var one = new Coordinator();
        var two = new Coordinator();
        one.hits(1);
        two.hits(10);
        one.hits(1);
        two.hits(10);

        // Then
        assertThat(one.hits()).isEqualTo(22);
        assertThat(two.hits()).isEqualTo(22);
    }

    @Test
    void oneThatWasFoldedThoughItLivesGoesOnInANewFile() throws Exception {
        // Given
        var slow = new Coordinator();
        slow.hits(4);
        var later = InstantSource.offset(InstantSource.system(), Duration.ofHours(1));
        var folding = new Coordinator(later);
        folding.hits(1);

        // When
        folding.kept.close();
        slow.hits(2);

        // Then
        assertThat(slow.hits()).isEqualTo(7);
        assertThat(new Coordinator().hits()).isEqualTo(7);
    }

    @Test
    void zeroIsForAllThatShareTheDirectory() throws Exception {
        // Given
        var one = new Coordinator();
        var two = new Coordinator();
        one.hits(1);
        two.hits(2);

        // When
        one.kept.zero();

        // Then
        assertThat(one.hits()).isZero();
        assertThat(two.hits()).isZero();
        two.hits(5);
        assertThat(one.hits()).isEqualTo(5);
    }

    @Test
    void aFileThatATotalNamesDoesNotCountAgain() throws Exception {
        // Given: a process that folded and died before it removed what it folded
        new Coordinator().hits(3);
        Path part = files().getFirst();
        byte[] content = Files.readAllBytes(part);
        var later = InstantSource.offset(InstantSource.system(), Duration.ofHours(1));
        var folding = new Coordinator(later);
        folding.hits(1);
        folding.kept.close();
        Files.write(part, content);

        // Then
        var next = new Coordinator(later);
        assertThat(next.hits()).isEqualTo(4);
        next.hits(1);
        next.kept.close();
        assertThat(files()).hasSize(1);
        assertThat(new Coordinator().hits()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"tally\":", "no"})
    void aDamagedFileIsDroppedAndTheOthersCount(String content) throws Exception {
        // Given
        new Coordinator().hits(3);
        Path damaged = directory.resolve("stats/damaged.json");
        Files.writeString(damaged, content);

        // Then
        assertThat(new Coordinator().hits()).isEqualTo(3);
        assertThat(damaged).doesNotExist();
    }

    @Test
    void oneFlippedBitIsDamage() throws Exception {
        // Given
        new Coordinator().hits(3);
        Path file = files().getFirst();
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.write(file, content);

        // Then
        assertThat(new Coordinator().hits()).isZero();
        assertThat(file).doesNotExist();
    }

    @Test
    void withoutADirectoryItCountsInMemory() throws Exception {
        // Given
        Files.writeString(directory.resolve("stats"), "a file is in the way");

        // When
        var coordinator = new Coordinator();
        coordinator.hits(2);

        // Then
        assertThat(coordinator.hits()).isEqualTo(2);
        coordinator.kept.zero();
        assertThat(coordinator.hits()).isZero();
        coordinator.kept.close();
    }

    @Test
    void nothingCountedIsNothingWritten() throws Exception {
        // Given
        var coordinator = new Coordinator();

        // When
        coordinator.kept.save();

        // Then
        assertThat(directory.resolve("stats")).doesNotExist();
    }

    @Test
    void stalePartsOfFilesAreRemoved() throws Exception {
        // Given
        Path stale = Files.createDirectory(directory.resolve("stats")).resolve("x.tmp");
        Files.writeString(stale, "half");
        Instant now = Instant.now();

        // When
        var coordinator = new Coordinator(() -> now.plus(Duration.ofDays(1)));
        coordinator.hits(1);
        coordinator.kept.close();

        // Then
        assertThat(stale).doesNotExist();
    }
}
