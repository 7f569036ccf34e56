package io.cachepot.client.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RaceTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<String> disposed = new CopyOnWriteArrayList<>();

    @Test
    void theEndsComeOneByOne() throws Exception {
        try (var race = new Race<String>("test", disposed::add)) {
            // Given
            race.start(() -> {
                throw new DistException("no");
            });
            assertThat(race.next(LONG)).get().isInstanceOf(Race.End.Failed.class);
            assertThat(race.running()).isZero();

            // When
            race.start(() -> "yes");

            // Then
            assertThat(race.next(LONG)).contains(new Race.End.Got<>("yes"));
        }
        assertThat(disposed).as("it was taken").isEmpty();
    }

    @Test
    void aMistakeIsAFailure() throws Exception {
        try (var race = new Race<String>("test", disposed::add)) {
            race.start(() -> {
                throw new IllegalStateException("mistake");
            });
            var end = race.next(LONG).orElseThrow();
            assertThat(((Race.End.Failed<String>) end).why()).hasMessageContaining("mistake");
        }
    }

    @Test
    void nothingComesInTimeOfOneThatTakesLong() throws Exception {
        try (var race = new Race<String>("test", disposed::add)) {
            race.start(() -> {
                new CountDownLatch(1).await();
                return "never";
            });
            assertThat(race.next(Duration.ofMillis(1))).isEmpty();
            assertThat(race.running()).isEqualTo(1);
        }
    }

    @Test
    void thoseThatStillRunAreInterruptedAndWhatTheyBringIsDisposedOf() throws Exception {
        // Given
        var isStarted = new CountDownLatch(1);
        var isEnded = new CountDownLatch(1);
        var race =
                new Race<String>(
                        "test",
                        late -> {
                            disposed.add(late);
                            isEnded.countDown();
                        });
        race.start(() -> {
            isStarted.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException _) {
                // It was done already.
            }
            return "late";
        });
        isStarted.await();

        // When
        race.close();

        // Then
        assertThat(isEnded.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(disposed).containsExactly("late");
    }

    @Test
    void whatNobodyTookIsDisposedOf() throws Exception {
        // Given
        var race = new Race<String>("test", disposed::add);
        race.start(() -> "first");
        race.start(() -> "second");
        race.next(LONG);
        while (race.running() > 0) {
            Thread.onSpinWait();
        }

        // When
        race.close();

        // Then
        assertThat(disposed).hasSize(1);
    }
}
