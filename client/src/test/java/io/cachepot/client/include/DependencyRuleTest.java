package io.cachepot.client.include;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.include.DependencyRule.Style;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DependencyRuleTest {
    @TempDir Path directory;

    /** The compilers themselves are asked, with names of many lengths. */
    @ParameterizedTest
    @ValueSource(strings = {"gcc", "clang"})
    void linesBreakWhereTheCompilerBreaksThem(String compiler) throws Exception {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
        for (int round = 0; round < 25; round++) {
            // Given
            var names = new ArrayList<String>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                names.add("n" + i + "x".repeat(random.nextInt(80)) + ".h");
            }
            String before = list(compiler, names, random.nextBoolean());
            var rule = DependencyRule.parse(before, compiler.equals("clang"));
            assertThat(rule).as("seed %d: %s", seed, before).isPresent();

            // When: every header moves to a directory with a longer or shorter name
            String moved = "d" + "y".repeat(random.nextInt(50)) + "/";
            List<String> movedNames = names.stream().map(name -> moved + name).toList();
            String after = list(compiler, movedNames, before.contains(":\n"));

            // Then
            assertThat(
                            rule.orElseThrow()
                                    .with(name -> name.startsWith("n") ? moved + name : name)
                                    .text())
                    .as("seed %d", seed)
                    .isEqualTo(after);
        }
    }

    private String list(String compiler, List<String> headers, boolean isPhony) throws Exception {
        var source = new StringBuilder();
        for (String header : headers) {
            Path file = directory.resolve(header);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "");
            source.append("#include \"").append(header).append("\"\n");
        }
        Files.writeString(directory.resolve("a.c"), source);
        var command = new ArrayList<>(List.of(compiler, "-M", "-MT", "one.o", "-MT", "a/two.o"));
        if (isPhony) {
            command.add("-MP");
        }
        command.addAll(List.of("a.c", "-MF", "list"));
        Process process = new ProcessBuilder(command).directory(directory.toFile()).start();
        assertThat(process.waitFor()).isZero();
        return Files.readString(directory.resolve("list"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a.o", "a.o: b\\ c.h\n", "a.o: $$x\n", "a.o: b.h", "a.o: b.h\nc d\n"})
    void whatCanNotBePutTogetherAgainIsNotTakenApart(String text) {
        assertThat(DependencyRule.parse(text, false)).isEmpty();
    }

    @Test
    void keepsItsStyle() {
        assertThat(DependencyRule.parse("a.o: a.c\n", false).orElseThrow().style())
                .isEqualTo(Style.GCC);
        assertThat(DependencyRule.parse("a.o: a.c\n\na.c:\n", true).orElseThrow().style())
                .isEqualTo(Style.CLANG_14);
    }
}
