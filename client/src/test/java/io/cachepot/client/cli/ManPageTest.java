package io.cachepot.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManPageTest {
    @Test
    void itHasEachFlag(@TempDir Path directory) throws Exception {
        // When
        ManPage.main(new String[] {directory.resolve("man1").toString()});

        // Then
        assertThat(Files.readString(directory.resolve("man1/cachepot.1")))
                .startsWith(".TH CACHEPOT 1\n.SH NAME\ncachepot \\- A compiler wrapper")
                .contains("cachepot COMPILER [ARGUMENT...]")
                .contains(
                        ".B \\-s, \\-\\-show\\-stats\n",
                        ".B \\-\\-trace=FILE\n",
                        ".B \\-\\-build=BUILD\n");
    }
}
