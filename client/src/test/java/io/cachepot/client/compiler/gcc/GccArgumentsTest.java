package io.cachepot.client.compiler.gcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.compiler.CompilerInvocation;
import io.cachepot.client.compiler.CompilerInvocation.Cacheable;
import io.cachepot.client.compiler.CompilerInvocation.Dependencies;
import io.cachepot.client.compiler.CompilerInvocation.NotCacheable;
import io.cachepot.client.compiler.CompilerInvocation.NotCompilation;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GccArgumentsTest {
    @Test
    void understandsAnOrdinaryCompile() {
        // When
        var read = cacheable("-O2 -Wall -DX=1 -I inc -c src/a.c -o out/a.o");

        // Then
        assertThat(read.source()).isEqualTo("src/a.c");
        assertThat(read.output()).isEqualTo("out/a.o");
        assertThat(read.language()).isEqualTo("c");
        assertThat(read.dependencies()).isEmpty();
        assertThat(read.keyArguments()).containsExactly("-O2", "-Wall", "-DX=1", "-I", "inc");
    }

    @ParameterizedTest
    @CsvSource({"-c dir/a.c, a.o", "-c a.b.cc, a.b.o", "-c a.c -oout.o, out.o"})
    void derivesTheObjectAsTheCompilerDoes(String line, String object) {
        assertThat(cacheable(line).output()).isEqualTo(object);
    }

    @ParameterizedTest
    @CsvSource({
        "-MD -c a.c -o d/a.o, d/a.d, false",
        "-MMD -c a.c -o d/a.o, d/a.d, true",
        "-MD -MF x.dep -c a.c -o a.o, x.dep, false",
        "-MD -MFx.dep -MT t -MP -c a.c -o a.o, x.dep, false"
    })
    void findsTheDependencyList(String line, String file, boolean isShort) {
        assertThat(cacheable(line).dependencies()).hasValue(new Dependencies(file, isShort));
    }

    @Test
    void theTargetOfTheDependencyListIsPartOfTheKey() {
        assertThat(cacheable("-MD -c a.c -o x.o").keyArguments())
                .isNotEqualTo(cacheable("-MD -c a.c -o y.o").keyArguments());
        assertThat(cacheable("-c a.c -o x.o").keyArguments())
                .isEqualTo(cacheable("-c a.c -o y.o").keyArguments());
    }

    @Test
    void noticesForcedIncludes() {
        assertThat(cacheable("-include a.h -imacros b.h -c a.c").forcedIncludes())
                .containsExactly("a.h", "b.h");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-c a.c -march=native",
                "-c a.c --coverage",
                "-c a.c -save-temps",
                "-c a.c @file",
                "-c a.c b.c",
                "-c",
                "-c a.s",
                "-c a.unknown",
                "-c -x assembler a.c",
                "-c a.c -o -",
                "-c a.c -o /dev/null",
                "-c a.c -MD -MF -",
                "-c a.c -fprofile-use",
                "-c a.c -Wp,-MD,x",
                "-c a.c -Wa,-a=x",
                "-c a.c -Xclang -foo",
                "-c a.c -fplugin=x.so",
                "-c a.c -gsplit-dwarf",
                "-c a.c -E",
                "-c a.c --no-such-option",
                "-c a.c -MP",
                "-c a.c -o x.o -o y.o",
                "-c a.c -grecord-gcc-switches",
                "-c a.c -fdiagnostics-format=sarif-file",
                "-c a.c -DX=__TIME__",
                "-c a.c -D X=__has_include(<x>)",
                "-c a.c -DX=.incbin",
                "-c a.c -Wp,-DX=__DATE__",
                "-c a.c -D",
                "-c -"
            })
    void refusesWhatItDoesNotUnderstand(String line) {
        assertThat(classify(line)).isInstanceOf(NotCacheable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.o -o a", "--version", "-v", "-print-prog-name=cc1", "-S a.c"})
    void leavesOtherThingsAlone(String line) {
        assertThat(classify(line)).isInstanceOf(NotCompilation.class);
    }

    @ParameterizedTest
    @CsvSource({
        "-c a.c, false, c",
        "-c a.c, true, c++",
        "-c a.C, false, c++",
        "-c a.cpp, false, c++",
        "-c -x c++ a.c, false, c++",
        "-c a.m, false, objective-c"
    })
    void knowsTheLanguage(String line, boolean isCxxDriver, String language) {
        assertThat(((Cacheable) GccArguments.classify(words(line), isCxxDriver)).language())
                .isEqualTo(language);
    }

    @Test
    void anEmptyArgumentIsNoSource() {
        assertThat(GccArguments.classify(List.of("-x", "c", "-c", "", "-o", "a.o"), false))
                .isEqualTo(new CompilerInvocation.NotCacheable("input file without a name"));
    }

    /** Whatever comes, there is an answer, and a compile that is cached has one source. */
    @Test
    void anyCommandLineGetsAnAnswer() {
        List<String> pieces =
                List.of(
                        "-c",
                        "a.c",
                        "b.c",
                        "-o",
                        "-oa.o",
                        "-MD",
                        "-MF",
                        "-MT",
                        "-x",
                        "c",
                        "-I",
                        "-Idir",
                        "-D",
                        "-O2",
                        "-include",
                        "",
                        "-",
                        "--",
                        "-W",
                        "-f",
                        "-m",
                        "@x",
                        "-Wp,",
                        "-g",
                        "-E",
                        "\u00e4",
                        "-D\n",
                        "-o/dev/null",
                        "--param",
                        "-target");
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
        for (int round = 0; round < 20_000; round++) {
            var line = new ArrayList<String>();
            for (int i = random.nextInt(12); i > 0; i--) {
                line.add(pieces.get(random.nextInt(pieces.size())));
            }
            var read = GccArguments.classify(line, random.nextBoolean());
            if (read instanceof Cacheable cacheable) {
                assertThat(line)
                        .as("seed %d, line %s", seed, line)
                        .contains(cacheable.source())
                        .containsAnyOf("-c", "--compile");
                assertThat(cacheable.source()).as("seed %d, line %s", seed, line).isNotEmpty();
            }
        }
    }

    private static Cacheable cacheable(String line) {
        var read = classify(line);
        assertThat(read).isInstanceOf(Cacheable.class);
        return (Cacheable) read;
    }

    private static CompilerInvocation classify(String line) {
        return GccArguments.classify(words(line), false);
    }

    private static List<String> words(String line) {
        return line.isEmpty() ? List.of() : List.of(line.split(" ", -1));
    }
}
