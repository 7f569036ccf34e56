package io.cachepot.node.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class LeastRecentlyUsedTest {
    private final LeastRecentlyUsed<String> keys = new LeastRecentlyUsed<>();

    @Test
    void givesUpTheOneUsedLongestAgo() {
        // Given
        keys.put("a", 10);
        keys.put("b", 10);
        keys.put("c", 10);
        use("a");

        // When
        var evicted = keys.evict(20);

        // Then
        assertThat(evicted).containsExactly("b");
        assertThat(keys.keys()).containsExactly("c", "a");
        assertThat(keys.bytes()).isEqualTo(20);
    }

    private void use(String key) {
        assertThat(keys.pin(key)).isTrue();
        keys.unpin(key);
    }

    @Test
    void neverGivesUpAPinnedOne() {
        // Given
        keys.put("a", 10);
        keys.put("b", 10);
        keys.pin("a");

        // When
        var evicted = keys.evict(0);

        // Then
        assertThat(evicted).containsExactly("b");
        assertThat(keys.contains("a")).isTrue();
    }

    @Test
    void keepsOneThatWasPinnedTwiceAndUnpinnedOnce() {
        // Given
        keys.put("a", 10);
        keys.pin("a");
        keys.pin("a");
        keys.unpin("a");

        // When
        var evicted = keys.evict(0);

        // Then
        assertThat(evicted).isEmpty();
    }

    @Test
    void countsNewSizeOfKeyThatIsThereAndLeavesItsPins() {
        // Given
        keys.put("a", 10);
        keys.pin("a");

        // When
        keys.put("a", 3);

        // Then
        assertThat(keys.bytes()).isEqualTo(3);
        assertThat(keys.evict(0)).isEmpty();
    }

    @Test
    void doesNotPinWhatIsNotThere() {
        // When
        boolean isPinned = keys.pin("a");

        // Then
        assertThat(isPinned).isFalse();
    }

    @Test
    void refusesToUnpinWhatIsNotPinned() {
        // Given
        keys.put("a", 10);

        // When, Then
        assertThatThrownBy(() -> keys.unpin("a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a is not pinned");
    }
}
