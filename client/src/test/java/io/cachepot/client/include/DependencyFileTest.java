package io.cachepot.client.include;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DependencyFileTest {
    @Test
    void readsWhatGccWrites() {
        assertThat(
                        DependencyFile.prerequisites(
                                "a.o b.o: a.c /usr/include/x.h \\\n  y.h a.c\n\n/usr/include/x.h:\n\ny.h:\n"))
                .containsExactly("a.c", "/usr/include/x.h", "y.h");
    }

    @Test
    void readsOddNames() {
        assertThat(
                        DependencyFile.prerequisites(
                                "a.o: with\\ space.h dollar$$.h hash\\#.h back\\slash.h c:/x.h\n"))
                .containsExactly("with space.h", "dollar$.h", "hash#.h", "back\\slash.h", "c:/x.h");
    }

    @Test
    void readsWindowsLineEnds() {
        assertThat(DependencyFile.prerequisites("a.o: a.c \\\r\n b.h\r\n"))
                .containsExactly("a.c", "b.h");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no rule here", "a.o a.c\n"})
    void refusesWhatIsNoRule(String text) {
        assertThatThrownBy(() -> DependencyFile.prerequisites(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
