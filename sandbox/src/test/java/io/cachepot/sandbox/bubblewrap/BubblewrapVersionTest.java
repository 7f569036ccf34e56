package io.cachepot.sandbox.bubblewrap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BubblewrapVersionTest {
    @Test
    void readsWhatTheProgramSays() {
        assertThat(BubblewrapVersion.parse("bubblewrap 0.8.0\n"))
                .contains(new BubblewrapVersion(0, 8, 0));
        assertThat(BubblewrapVersion.parse("bubblewrap 0.11"))
                .contains(new BubblewrapVersion(0, 11, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bwrap 0.8.0", "bubblewrap", "bubblewrap x.y", "\n0.8.0"})
    void readsNothingElse(String said) {
        assertThat(BubblewrapVersion.parse(said)).isEmpty();
    }

    @Test
    void ordersByNumber() {
        assertThat(new BubblewrapVersion(0, 11, 0)).isGreaterThan(new BubblewrapVersion(0, 8, 1));
        assertThat(new BubblewrapVersion(0, 11, 0).hasArgv0()).isTrue();
        assertThat(new BubblewrapVersion(0, 8, 9).hasArgv0()).isFalse();
    }
}
