package io.cachepot.client.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SilenceWatchTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final CountDownLatch cutOff = new CountDownLatch(1);

    SilenceWatchTest() {
        timer.setRemoveOnCancelPolicy(true);
    }

    @AfterEach
    void end() {
        timer.shutdownNow();
    }

    /** Breaks when the exchange is cut off, as a socket does. */
    private final class Frozen extends InputStream {
        @Override
        public int read() throws IOException {
            try {
                cutOff.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            throw new IOException("Socket closed");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return read();
        }
    }

    @Test
    void whoeverSaysNothingIsCutOff() throws Exception {
        // Given: somebody who writes, say, and hears of the end by an error
        try (var watch = new SilenceWatch(timer, SHORT, cutOff::countDown)) {
            // When
            cutOff.await();

            // Then
            assertThat(watch.told(new IOException("Broken pipe")))
                    .hasMessage("nothing heard for 0 s")
                    .hasRootCauseMessage("Broken pipe");
        }
    }

    @Test
    void aReaderHearsWhy() {
        try (var watch = new SilenceWatch(timer, LONG, cutOff::countDown)) {
            // Given
            InputStream body = watch.over(new Frozen(), SHORT);

            // When
            assertThatThrownBy(() -> body.readNBytes(1))
                    // Then
                    .hasMessageContaining("nothing heard")
                    .hasRootCauseMessage("Socket closed");
        }
    }

    @Test
    void othersHearTheirOwnReasons() throws Exception {
        try (var watch = new SilenceWatch(timer, LONG, cutOff::countDown)) {
            // Given
            InputStream body = watch.over(new ByteArrayInputStream(new byte[] {7}), LONG);

            // When
            int read = body.read();

            // Then
            assertThat(read).isEqualTo(7);
            var reset = new IOException("Connection reset");
            assertThat(watch.told(reset)).isSameAs(reset);
        }
    }

    @Test
    void nothingIsPlannedAnyMoreWhenItIsOver() {
        // Given
        var watch = new SilenceWatch(timer, LONG, cutOff::countDown);
        watch.over(InputStream.nullInputStream(), Duration.ofMinutes(1));

        // When
        watch.close();

        // Then
        assertThat(timer.getQueue()).isEmpty();
        assertThat(cutOff.getCount()).isOne();
    }
}
