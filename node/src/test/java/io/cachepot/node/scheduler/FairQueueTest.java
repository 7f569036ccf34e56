package io.cachepot.node.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private final FairQueue<String> queue = new FairQueue<>();

    @Test
    void clientsTakeTurns() {
        // Given
        List.of("a1", "a2", "a3").forEach(each -> queue.add("a", each));
        List.of("b1", "b2").forEach(each -> queue.add("b", each));

        // When
        var order = new ArrayList<String>();
        for (String next = queue.peek(); next != null; next = queue.peek()) {
            order.add(next);
            queue.pass();
        }

        // Then
        assertThat(order).containsExactly("a1", "b1", "a2", "b2", "a3");
        assertThat(queue.size()).isZero();
        assertThat(queue.clients()).isZero();
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
