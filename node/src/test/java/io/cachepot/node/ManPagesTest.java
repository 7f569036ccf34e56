package io.cachepot.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManPagesTest {
    @Test
    void eachCommandHasAPage(@TempDir Path directory) throws Exception {
        // When
        int exit = Main.run("generate-man-pages", directory.toString());

        // Then
        assertThat(exit).isZero();
        try (var pages = Files.list(directory)) {
            assertThat(pages.map(page -> page.getFileName().toString()))
                    .contains(
                            "cachepot-dist.1",
                            "cachepot-dist-worker.1",
                            "cachepot-dist-auth-init-cluster.1")
                    .noneMatch(name -> name.contains("generate-man"));
        }
        List<String> drain = Files.readAllLines(directory.resolve("cachepot-dist-drain.1"));
        assertThat(drain)
                .contains(
                        ".TH CACHEPOT-DIST-DRAIN 1",
                        ".B HOST:PORT",
                        ".B \\-\\-wait\\-secs=SECONDS",
                        "Wait so long until it has no job any more (default 0).");
        assertThat(Files.readString(directory.resolve("cachepot-dist.1")))
                .contains(".BR cachepot\\-dist\\-drain (1)\n");
    }

    @Test
    void shellsAreToldOfAllCommands() {
        // Given
        var said = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));

        // When
        int exit;
        try {
            exit = Main.run("generate-completion");
        } finally {
            System.setOut(before);
        }

        // Then
        assertThat(exit).isZero();
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("complete ", " drain ", "--wait-secs")
                .doesNotContain("man-pages");
    }
}
