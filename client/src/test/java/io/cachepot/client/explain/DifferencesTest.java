package io.cachepot.client.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.Digest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DifferencesTest {
    private static final Digest ONE = Digest.of(new byte[] {1});
    private static final Digest TWO = Digest.of(new byte[] {2});

    private static KeyParts parts(String arguments) {
        return new KeyParts(
                "/usr/bin/gcc",
                "gcc 12.2.0",
                ONE,
                "c",
                List.of(arguments.split(" ", -1)),
                List.of("LANG=C"),
                "/p",
                false,
                "a.c",
                ONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-O1|-O2|argument '-O2' was '-O1'",
                "-O1 -Wall|-Wall -O2|argument '-O2' was '-O1'",
                "-Wall|-Wall -g|argument '-g' is new",
                "-Wall -g|-Wall|argument '-g' is gone",
                "-DA=1 -DB=1|-DA=2 -DB=2|argument '-DA=2' was '-DA=1', argument '-DB=2' was '-DB=1'",
                "-I one|-I two|argument 'two' was 'one'",
                "-Ia -Ib|-Ib -Ia|the arguments are in another order",
                "-x|-x -x|argument '-x' is new",
                "target:a.o|target:b.o|argument '-MT b.o' was '-MT a.o'",
                "-z|-a -b -c -d -e -f|argument '-a' is new, argument '-b' is new, argument '-c' is new,"
                        + " argument '-d' is new and 3 more"
            })
    void namesArguments(String then, String now, String expected) {
        assertThat(Differences.of(parts(now), parts(then)))
                .contains(new Why(Differences.ARGUMENTS, expected));
    }

    @Test
    void theSameIsNoDifference() {
        assertThat(Differences.of(parts("-O2"), parts("-O2"))).isEmpty();
    }

    @Test
    void allKindsAreNamedAndTheFirstGivesTheLabel() {
        // Given
        var then = parts("-O2");
        var now =
                new KeyParts(
                        "/usr/bin/gcc",
                        "gcc 13.1.0",
                        TWO,
                        "c++",
                        List.of("-O2"),
                        List.of("LANG=de", "CPATH=/x"),
                        "/q",
                        true,
                        "./a.c",
                        TWO);

        // Then
        assertThat(Differences.of(now, then))
                .contains(
                        new Why(
                                Differences.COMPILER,
                                "compiler /usr/bin/gcc: 'gcc 13.1.0' was 'gcc 12.2.0';"
                                        + " directory '/q' was '/p';"
                                        + " variable 'LANG=de' was 'LANG=C', variable 'CPATH=/x' is"
                                        + " new; language 'c++' was 'c'; source './a.c' was 'a.c';"
                                        + " now on a terminal, with colours; the source itself"
                                        + " changed"));
    }

    @Test
    void aLibraryOfTheCompilerThatWasReplacedIsAnotherCompiler() {
        var then = parts("-O2");
        var now =
                new KeyParts(
                        then.compiler(),
                        then.version(),
                        TWO,
                        then.language(),
                        then.arguments(),
                        then.environment(),
                        then.directory(),
                        then.isColored(),
                        then.spelling(),
                        then.content());
        assertThat(Differences.of(now, then))
                .get()
                .satisfies(why -> assertThat(why.detail()).endsWith("libraries was replaced"));
    }
}
