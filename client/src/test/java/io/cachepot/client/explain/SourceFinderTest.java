package io.cachepot.client.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.stats.Stats;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceFinderTest {
    private static final List<String> SOURCES =
            List.of("/p/src/a.c", "/p/src/b.c", "/p/lib/b.c", "/q/lib.c", "/p/src/a.c");

    private final CompileLog log =
            new CompileLog(new Stats(), () -> Instant.parse("2026-01-31T09:05:01Z"));

    private SourceFinder from(String directory) {
        for (String source : SOURCES) {
            try (var trace = log.begin(Path.of("/"), List.of(source), _ -> {})) {
                trace.notCacheable("-E");
                trace.leftAlone();
            }
        }
        return new SourceFinder(log.newestFirst(), Path.of(directory));
    }

    @ParameterizedTest
    @CsvSource({
        "/p/src, a.c, /p/src/a.c",
        "/p/src, ../lib/b.c, /p/lib/b.c",
        "/p/src, b.c, /p/src/b.c",
        "/elsewhere, a.c, /p/src/a.c",
        "/elsewhere, ./src/b.c, /p/src/b.c",
        "/elsewhere, /p/lib/b.c, /p/lib/b.c"
    })
    void aPathIsTakenFirstThenItsEnd(String directory, String name, String expected) {
        assertThat(from(directory).matching(name)).containsExactly(expected);
    }

    @Test
    void twoOfOneNameAreBothNamed() {
        assertThat(from("/p").matching("b.c"))
                .containsExactlyInAnyOrder("/p/src/b.c", "/p/lib/b.c");
    }

    @Test
    void partOfANameIsNoMatchButNearbyOnesAreNamed() {
        var finder = from("/p/src");
        assertThat(finder.matching(".c")).isEmpty();
        assertThat(finder.nearby("b.cc")).startsWith("/p/lib/b.c", "/p/src/b.c").hasSize(4);
        assertThat(finder.nearby("x.c").getFirst()).startsWith("/p/src/");
    }

    @Test
    void pathsAreShownAsShortAsTheyCanBe() {
        assertThat(from("/p/src").shown("/p/src/a.c")).isEqualTo("a.c");
        assertThat(from("/p/src").shown("/p/lib/b.c")).isEqualTo("/p/lib/b.c");
    }
}
