package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.coordinator.Machine.Ended;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two checkouts of one project below a base directory. What the second gets is always what the
 * plain compiler makes there, and wherever the place does not show it comes from the first.
 */
class BaseDirectoriesIT {
    private static final String[] TREES = {"one", "a-much-longer-name/two"};

    @TempDir Path directory;
    private Machine machine;

    @BeforeEach
    void start() throws IOException {
        machine =
                new Machine(
                        directory,
                        Map.of("CACHEPOT_BASEDIRS", directory.resolve("project").toString()));
        for (String tree : TREES) {
            write(
                    tree,
                    "src/a.c",
                    "#include \"a.h\"\n#include <b.h>\nint f(void) { return A + B; }\n");
            write(tree, "src/a.h", "#define A 1\n");
            write(tree, "include/b.h", "#define B 2\n");
            Files.createDirectories(machine.project.resolve(tree).resolve("build"));
        }
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    private void write(String tree, String name, String text) throws IOException {
        machine.write(tree + "/" + name, text);
    }

    /**
     * Runs {@code command} in the tree's build directory, plain and through cachepot.
     *
     * @param command with {@code @} for cachepot and {@code ROOT} for the tree
     * @return whether it was a hit
     */
    private boolean isHit(String tree, String command) throws Exception {
        Machine.settle();
        String here = command.replace("ROOT", machine.project.resolve(tree).toString());
        String inBuild = "cd " + tree + "/build && ";
        Path build = machine.project.resolve(tree).resolve("build");
        Ended plain = machine.plain("sh", "-c", inBuild + here.replace("@", ""));
        Map<String, String> expected = take(build);
        long hits = machine.hits();
        Ended ended = machine.plain("sh", "-c", inBuild + here.replace("@", Machine.WRAPPER + " "));
        assertThat(ended).isEqualTo(plain);
        assertThat(take(build)).isEqualTo(expected);
        return machine.hits() > hits;
    }

    /** Reads and removes what the compile left. */
    private static Map<String, String> take(Path build) throws IOException {
        var files = new TreeMap<String, String>();
        try (Stream<Path> all = Files.list(build)) {
            for (Path file : all.toList()) {
                files.put(
                        file.getFileName().toString(),
                        Files.readString(file, StandardCharsets.ISO_8859_1));
                Files.delete(file);
            }
        }
        return files;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@gcc -I../include -c ../src/a.c -o a.o",
                "@gcc -I../include -MD -c ../src/a.c -o a.o",
                "@gcc -IROOT/include -O2 -MD -MT a.o -MF a.d -c ROOT/src/a.c -o a.o",
                "@gcc -isystem ROOT/include -MMD -MP -c ROOT/src/a.c -o ROOT/build/a.o -MT a.o",
                "@clang -IROOT/include -MD -MT a.o -MF a.d -c ROOT/src/a.c -o a.o",
                "@gcc -g -ffile-prefix-map=ROOT=/src -IROOT/include -c ROOT/src/a.c -o a.o",
                "@clang -g -ffile-prefix-map=ROOT=/src -IROOT/include -c ROOT/src/a.c -o a.o",
                "@gcc -IROOT/include -S ROOT/src/a.c -o a.s -fno-ident -fverbose-asm"
            })
    void anotherCheckoutGetsTheResultWhenThePlaceDoesNotShow(String command) throws Exception {
        // Given: an assembler file names its source
        boolean doesShow = command.contains("-S ");
        assertThat(isHit(TREES[0], command)).isFalse();

        // Then
        assertThat(isHit(TREES[1], command)).isEqualTo(!doesShow);
        assertThat(isHit(TREES[0], command)).isTrue();
        assertThat(isHit(TREES[1], command)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@gcc -g -I../include -c ../src/a.c -o a.o",
                "@clang -g -I../include -c ../src/a.c -o a.o",
                "@gcc -g -gz -ffile-prefix-map=/none=/src -I../include -c ../src/a.c -o a.o",
                "@gcc -flto -g -I../include -c ../src/a.c -o a.o -frandom-seed=1",
                "@gcc --coverage -frandom-seed=1 -I../include -c ../src/a.c -o a.o",
                "@gcc -I../include -DNAME='\"ROOT\"' -c ../src/a.c -o a.o"
            })
    void eachCheckoutHasItsOwnResultWhereThePlaceIsInIt(String command) throws Exception {
        for (String tree : TREES) {
            assertThat(isHit(tree, command)).isFalse();
            assertThat(isHit(tree, command)).isTrue();
        }
    }

    /** Nothing of the name is left in the object, and yet it is another one. */
    @ParameterizedTest
    @ValueSource(strings = {"return sizeof __FILE__;", "return __builtin_strlen(__FILE__);"})
    void aNameThatWasComputedWithIsNotMistaken(String body) throws Exception {
        // Given
        for (String tree : TREES) {
            write(tree, "src/a.c", "int f(void) { " + body + " }\n");
        }
        String absolute = "@gcc -O2 -c ROOT/src/a.c -o a.o";
        String relative = "@gcc -O2 -c ../src/a.c -o a.o";

        // Then
        assertThat(isHit(TREES[0], absolute)).isFalse();
        assertThat(isHit(TREES[1], absolute)).isFalse();
        assertThat(isHit(TREES[0], relative)).isFalse();
        assertThat(isHit(TREES[1], relative)).isTrue();
    }

    @Test
    void assertNamesItsFileInTheObject() throws Exception {
        // Given
        for (String tree : TREES) {
            write(tree, "src/a.c", "#include <assert.h>\nvoid f(int x) { assert(x); }\n");
        }

        // Then
        assertThat(isHit(TREES[0], "@gcc -c ROOT/src/a.c -o a.o")).isFalse();
        assertThat(isHit(TREES[1], "@gcc -c ROOT/src/a.c -o a.o")).isFalse();
        assertThat(isHit(TREES[0], "@gcc -DNDEBUG -c ROOT/src/a.c -o a.o")).isFalse();
        assertThat(isHit(TREES[1], "@gcc -DNDEBUG -c ROOT/src/a.c -o a.o")).isTrue();
    }

    @Test
    void warningsThatNameThePlaceStay() throws Exception {
        // Given
        String command = "@gcc -Wall -I../include -c ROOT/src/a.c -o a.o";
        for (String tree : TREES) {
            write(tree, "src/a.c", "int f(void) { int unused; return 1; }\n");
        }

        // Then
        assertThat(isHit(TREES[0], command)).isFalse();
        assertThat(isHit(TREES[1], command)).isFalse();
    }

    @Test
    void anEditInOneCheckoutIsSeenThereAlone() throws Exception {
        // Given
        String command = "@gcc -IROOT/include -MD -c ROOT/src/a.c -o a.o";
        assertThat(isHit(TREES[0], command)).isFalse();

        // When
        write(TREES[1], "include/b.h", "#define B 3\n");
        write(TREES[0], "src/b.h", "#define B 4\n");

        // Then
        assertThat(isHit(TREES[1], command)).isFalse();
        assertThat(isHit(TREES[0], command)).isTrue();

        // When: a header that is found before the other
        write(TREES[0], "include/first/b.h", "#define B 5\n");
        String first = "@gcc -IROOT/include/first -IROOT/include -MD -c ROOT/src/a.c -o a.o";
        assertThat(isHit(TREES[1], first)).isFalse();

        // Then
        assertThat(isHit(TREES[0], first)).isFalse();
    }
}
