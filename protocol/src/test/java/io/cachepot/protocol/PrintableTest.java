package io.cachepot.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void controlCharactersAreShownAsQuestions() {
        assertThat(Printable.of("a\u001b[2J\nb\u0085\t")).isEqualTo("a?[2J?b??");
    }

    @Test
    void allElseStaysAsItIs() {
        assertThat(Printable.of("ü 漢 \ud83d\ude00 ?")).isEqualTo("ü 漢 \ud83d\ude00 ?");
    }
}
