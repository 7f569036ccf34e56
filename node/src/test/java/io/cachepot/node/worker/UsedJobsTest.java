package io.cachepot.node.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class UsedJobsTest {
    private Instant now = Jobs.NOW;
    private final UsedJobs used = new UsedJobs(() -> now, 2);

    @Test
    void opensJobThatItDoesNotKnow() {
        assertThat(used.open(Jobs.ticket(1))).isEmpty();
    }

    @Test
    void refusesJobThatIsOpen() {
        // Given
        used.open(Jobs.ticket(1));

        // When
        var refusal = used.open(Jobs.ticket(1));

        // Then
        assertThat(refusal).contains("grant was used already");
    }

    @Test
    void refusesJobThatIsOver() {
        // Given
        used.open(Jobs.ticket(1));
        used.over(Jobs.ticket(1));

        // When
        var refusal = used.open(Jobs.ticket(1));

        // Then
        assertThat(refusal).contains("grant was used already");
    }

    @Test
    void opensAgainWhereSomethingWasMissing() {
        // Given
        used.open(Jobs.ticket(1));
        used.reopenable(Jobs.ticket(1));

        // When
        var refusal = used.open(Jobs.ticket(1));

        // Then
        assertThat(refusal).isEmpty();
    }

    @Test
    void refusesMoreJobsThanItCanRemember() {
        // Given
        used.open(Jobs.ticket(1));
        used.open(Jobs.ticket(2));

        // When
        var refusal = used.open(Jobs.ticket(3));

        // Then
        assertThat(refusal)
                .contains("worker remembers 2 jobs whose grants have not expired, expected fewer");
    }

    @Test
    void forgetsJobOnceTheDoorRefusesItAnyhow() {
        // Given
        used.open(Jobs.ticket(1));
        used.over(Jobs.ticket(1));
        used.open(Jobs.ticket(2));
        now = Jobs.NOW.plusSeconds(62);

        // When
        var refusal = used.open(Jobs.ticket(3));

        // Then
        assertThat(refusal).isEmpty();
        assertThat(used.open(Jobs.ticket(2))).isPresent();
    }
}
