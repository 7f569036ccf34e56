package io.cachepot.node.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private final FairQueue<String> queue = new FairQueue<>();

    private String next() {
        return Objects.requireNonNull(queue.peek());
    }

    /** Serves whose turn it is; items begin with the name of their client. */
    private String serve(int permits, Map<String, Double> weights) {
        String next = next();
        String client = next.substring(0, 1);
        queue.charge(client, permits, weights.getOrDefault(client, 1.0));
        queue.remove(client, next);
        return next;
    }

    @Test
    void clientsTakeTurns() {
        // Given
        List.of("a1", "a2", "a3").forEach(each -> queue.add("a", each));
        List.of("b1", "b2").forEach(each -> queue.add("b", each));

        // When
        var order = new ArrayList<String>();
        while (queue.size() > 0) {
            order.add(serve(1, Map.of()));
        }

        // Then
        assertThat(order).containsExactly("a1", "b1", "a2", "b2", "a3");
        assertThat(queue.size()).isZero();
        assertThat(queue.clients()).isZero();
    }

    @Test
    void whoWasGivenMuchWaitsForTheOthers() {
        // Given
        List.of("a1", "a2").forEach(each -> queue.add("a", each));
        List.of("b1", "b2", "b3").forEach(each -> queue.add("b", each));

        // When
        var order = new ArrayList<String>();
        order.add(serve(3, Map.of()));
        while (queue.size() > 0) {
            order.add(serve(1, Map.of()));
        }

        // Then
        assertThat(order).containsExactly("a1", "b1", "b2", "b3", "a2");
    }

    @Test
    void sharesFollowTheWeights() {
        // Given
        for (int i = 0; i < 1_000; i++) {
            queue.add("a", "a" + i);
            queue.add("b", "b" + i);
        }

        // When
        var served = new TreeMap<String, Integer>();
        for (int i = 0; i < 500; i++) {
            served.merge(serve(1, Map.of("a", 4.0)).substring(0, 1), 1, Integer::sum);
        }

        // Then
        assertThat(served).isEqualTo(Map.of("a", 400, "b", 100));
    }

    @Test
    void whoWasAwayHasNothingSavedUp() {
        // Given
        for (int i = 0; i < 100; i++) {
            queue.add("a", "a" + i);
        }
        for (int i = 0; i < 90; i++) {
            serve(1, Map.of());
        }
        for (int i = 0; i < 10; i++) {
            queue.add("b", "b" + i);
        }

        // When
        var order = new ArrayList<String>();
        for (int i = 0; i < 8; i++) {
            order.add(serve(1, Map.of()).substring(0, 1));
        }

        // Then
        assertThat(order).filteredOn("a"::equals).hasSize(4);
    }

    @Test
    void whoComesAgainAndAgainPaysForWhatItHad() {
        // Given
        for (int i = 0; i < 20; i++) {
            queue.add("b", "b" + i);
        }

        // When
        var served = new TreeMap<String, Integer>();
        for (int i = 0; i < 20; i++) {
            if (queue.size("a") == 0) {
                queue.add("a", "a" + i);
            }
            int permits = next().startsWith("a") ? 10 : 1;
            served.merge(serve(permits, Map.of()).substring(0, 1), permits, Integer::sum);
        }

        // Then
        assertThat(served.get("b")).isGreaterThanOrEqualTo(served.getOrDefault("a", 0) / 2);
    }

    @Test
    void whoLeavesIsSkipped() {
        // Given
        queue.add("a", "a1");
        queue.add("b", "b1");

        // When
        boolean isRemoved = queue.remove("a", "a1");

        // Then
        assertThat(isRemoved).isTrue();
        assertThat(queue.remove("a", "a1")).isFalse();
        assertThat(queue.peek()).isEqualTo("b1");
        assertThat(queue.size()).isEqualTo(1);
    }
}
