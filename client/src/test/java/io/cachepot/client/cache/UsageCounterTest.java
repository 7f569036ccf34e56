package io.cachepot.client.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageCounterTest {
    private static final Usage ONE = Usage.ofFile(1);
    private static final Usage TWO = ONE.plus(ONE);
    private static final int EARLY_SHARD = 1;
    private static final int LATE_SHARD = 9;

    @TempDir Path directory;
    private UsageCounter usage;

    @BeforeEach
    void open() throws IOException {
        new StoreFiles(directory).prepare();
        usage = started();
    }

    private UsageCounter started() throws IOException {
        var counter =
                new UsageCounter(
                        new StoreFiles(directory),
                        new Limits(Long.MAX_VALUE, 0),
                        InstantSource.system());
        counter.load();
        return counter;
    }

    @Test
    void whatComesWhileItIsCountedIsThereOnce() throws IOException {
        // When
        usage.beginCount();
        usage.passed(EARLY_SHARD);
        usage.add(ONE, EARLY_SHARD);
        usage.add(ONE, LATE_SHARD);
        usage.counted(ONE); // the late one

        // Then
        assertThat(usage.total()).isEqualTo(TWO);
    }

    @Test
    void aCountIsOfNoUseWhenItsEntriesWereRemovedMeanwhile() throws IOException {
        // Given
        usage.add(ONE, LATE_SHARD);
        usage.beginCount();

        // When
        usage.cleared();
        boolean isTaken = usage.counted(ONE);

        // Then
        assertThat(isTaken).isFalse();
        assertThat(usage.total()).isEqualTo(Usage.NONE);
        assertThat(started().total()).isEqualTo(Usage.NONE);
    }

    @Test
    void aCountThatBeginsAgainAfterThatIsTaken() throws IOException {
        // Given
        usage.add(TWO, LATE_SHARD);
        usage.beginCount();
        usage.cleared();

        // When
        usage.beginCount();
        usage.add(ONE, LATE_SHARD);
        boolean isTaken = usage.counted(ONE);

        // Then
        assertThat(isTaken).isTrue();
        assertThat(usage.total()).isEqualTo(ONE);
        assertThat(started().total()).isEqualTo(ONE);
    }
}
