package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HeapTrimTest {
    private final AtomicInteger collections = new AtomicInteger();
    private final HeapTrim trim = new HeapTrim(collections::incrementAndGet);

    @Test
    void collectsOnceForSoManyBytes() {
        // When
        for (int i = 0; i < 640; i++) {
            trim.passed(HeapTrim.EVERY_BYTES / 64);
        }

        // Then
        assertThat(collections).hasValue(10);
    }

    @Test
    void whatIsLargeCountsForItself() {
        trim.passed(HeapTrim.EVERY_BYTES - 1);
        assertThat(collections).hasValue(0);
        trim.passed(10 * HeapTrim.EVERY_BYTES);
        assertThat(collections).hasValue(1);
        trim.passed(1);
        assertThat(collections).hasValue(1);
    }
}
