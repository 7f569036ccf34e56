package io.cachepot.client.include;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SearchPathTest {
    private static final String VERBOSE =
            """
            ignoring nonexistent directory "/usr/local/include/x86_64-linux-gnu"
            ignoring nonexistent directory "missing"
            #include "..." search starts here:
             q
            #include <...> search starts here:
             inc
             /usr/include
            End of search list.
            """;

    @Test
    void readsWhatCompilersPrint() {
        // When
        var path = SearchPath.parse("Using built-in specs.\n" + VERBOSE + "more\n").orElseThrow();

        // Then
        assertThat(path.quoted()).containsExactly("q");
        assertThat(path.angled()).containsExactly("inc", "/usr/include");
        assertThat(path.ignored())
                .containsExactly("/usr/local/include/x86_64-linux-gnu", "missing");
    }

    @Test
    void refusesWhatIsCutOrTranslated() {
        assertThat(SearchPath.parse("")).isEmpty();
        assertThat(SearchPath.parse(VERBOSE.replace("End of search list.\n", ""))).isEmpty();
        assertThat(SearchPath.parse(VERBOSE.replace("search starts here", "Suche"))).isEmpty();
    }

    @Test
    void refusesFrameworks() {
        assertThat(SearchPath.parse(VERBOSE.replace(" inc\n", " inc (framework directory)\n")))
                .isEmpty();
    }
}
