package io.cachepot.node.operator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScreenTest {
    @Test
    void theSizeIsWhatSttySays() {
        assertThat(Screen.parse("51 132")).isEqualTo(new Screen(51, 132));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0 0", "24", "a b", "24 80 1", "999999 9"})
    void somethingElseIsTheUsualSize(String text) {
        assertThat(Screen.parse(text)).isEqualTo(new Screen(24, 80));
    }

    @Test
    void noMoreIsShownThanThereIsRoomFor() {
        assertThat(new Screen(3, 4).replaced("12345\nab\nthird\nfourth\n"))
                .isEqualTo("\u001b[H1234\u001b[K\nab\u001b[K\n\u001b[J");
    }

    @Test
    void whatIsShorterLeavesNothingOfWhatWasThere() {
        assertThat(new Screen(24, 80).replaced("a\n")).isEqualTo("\u001b[Ha\u001b[K\n\u001b[J");
    }
}
