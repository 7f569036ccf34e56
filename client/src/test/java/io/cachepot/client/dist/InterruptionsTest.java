package io.cachepot.client.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterruptionsTest {
    @Test
    void whatComesOfAnInterruptionIsOne() {
        for (IOException e :
                List.of(
                        new IOException(new InterruptedException()),
                        new IOException("body", new IOException(new InterruptedException())),
                        new InterruptedIOException("read"),
                        new ClosedByInterruptException(),
                        // A virtual thread's socket is closed under it.
                        new SocketException("Closed by interrupt"))) {
            // Given
            Thread.currentThread().interrupt();

            // When
            assertThatThrownBy(() -> Interruptions.check(e))
                    // Then
                    .isInstanceOf(InterruptedException.class)
                    .hasCause(e);
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    @Test
    void failuresAreLeftToTheCaller() {
        for (IOException e :
                List.of(new IOException("reset"), new SocketTimeoutException("slow"))) {
            assertThatCode(() -> Interruptions.check(e)).doesNotThrowAnyException();
        }
    }
}
