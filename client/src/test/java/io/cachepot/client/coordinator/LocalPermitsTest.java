package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.protocol.Bytes;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LocalPermitsTest {
    @Test
    void noMoreThanItsCountAreTaken() throws Exception {
        // Given
        var permits = LocalPermits.of(2);
        var first = permits.take(new Build());
        permits.take(new Build());
        var isTaken = new CountDownLatch(1);
        Thread third =
                Thread.startVirtualThread(() -> {
                    try {
                        permits.take(new Build());
                        isTaken.countDown();
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        while (third.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(isTaken.getCount()).isOne();

        // When
        first.close();

        // Then
        assertThat(isTaken.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aBuildThatGoesAwayWaitsNoLonger() throws Exception {
        // Given
        var permits = LocalPermits.of(1);
        var taken = permits.take(new Build());

        // When
        assertThatThrownBy(() -> permits.take(new GoneBuild()))
                // Then
                .isInstanceOf(IOException.class);
        taken.close();
        permits.take(new GoneBuild()).close(); // there is one, so that nobody has to wait
    }

    @Test
    void withoutABoundNobodyWaits() throws Exception {
        var permits = LocalPermits.unbounded();
        for (int i = 0; i < 1_000; i++) {
            permits.take(new GoneBuild());
        }
    }

    /** Waits, and does nothing else. */
    private static class Build implements BuildSide {
        @Override
        public <T, E extends Exception> T whileThere(Work<T, E> work)
                throws E, IOException, InterruptedException {
            return work.get();
        }

        @Override
        public Output run(String path, List<String> arguments, List<String> environment) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Ended compile(String path, List<String> arguments) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Ended compileUnheard(String path, List<String> arguments) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void print(Bytes words) {}

        @Override
        public void finish(Bytes stdout, Bytes stderr, int exitCode) {}

        @Override
        public void exit(int code) {}

        @Override
        public void die(int signal) {}

        @Override
        public void runItself() {}
    }

    private static final class GoneBuild extends Build {
        @Override
        public <T, E extends Exception> T whileThere(Work<T, E> work) throws IOException {
            throw new IOException("it hung up");
        }
    }
}
