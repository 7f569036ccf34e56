package io.cachepot.client.compiler.gcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.compiler.CompilerInvocation;
import io.cachepot.client.compiler.CompilerInvocation.Cacheable;
import io.cachepot.client.compiler.CompilerInvocation.Dependencies;
import io.cachepot.client.compiler.CompilerInvocation.NotCacheable;
import io.cachepot.client.compiler.CompilerInvocation.NotCompilation;
import io.cachepot.client.compiler.CompilerInvocation.Trait;
import io.cachepot.client.compiler.Language;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GccArgumentsTest {
    private static final Pattern LISTED =
            Pattern.compile("^ +(-[^ ,<\\[]*[^ ,<\\[.])(?=[ ,<\\[]|$)");

    @TempDir Path directory;

    @Test
    void understandsAnOrdinaryCompile() {
        // When
        var read = cacheable("-O2 -Wall -DX=1 -I inc -c src/a.c -o out/a.o");

        // Then
        assertThat(read.source()).isEqualTo("src/a.c");
        assertThat(read.object()).hasValue("out/a.o");
        assertThat(read.language()).isEqualTo(Language.C);
        assertThat(read.dependencies()).isEmpty();
        assertThat(read.keyArguments()).containsExactly("-O2", "-Wall", "-DX=1", "-I", "inc");
    }

    @ParameterizedTest
    @CsvSource({
        "-c dir/a.c, a.o",
        "-c a.b.cc, a.b.o",
        "-c a.c -oout.o, out.o",
        "-S dir/a.c, a.s",
        "-c dir/a.s, a.o",
        "dir/a.h, dir/a.h.gch",
        "-c dir/a.hpp, dir/a.hpp.gch",
        "-x c-header a.x -o b.gch, b.gch"
    })
    void derivesTheObjectAsTheCompilerDoes(String line, String object) {
        assertThat(cacheable(line).object()).hasValue(object);
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
        assertThat(cacheable("-MD -c a.c -o x.o").facts())
                .isNotEqualTo(cacheable("-MD -c a.c -o y.o").facts());
        assertThat(cacheable("-c a.c -o x.o").facts())
                .isEqualTo(cacheable("-c a.c -o y.o").facts());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-c a.c -o d/a.o -gsplit-dwarf -fstack-usage | d/a.o d/a.dwo d/a.su",
                "-c a.c --coverage -MD | a.o a.d a.gcno",
                "-c a.c -o noext -MD -gsplit-dwarf | noext noext.d noext.dwo",
                "-c a.c -o d.x/noext -MD | d.x/noext d.x/noext.d",
                "-c a.c -o x.y -MD | x.y x.d",
                "-c a.c -save-temps -o d/x.o | d/x.o d/x.i d/x.s",
                "-c a.cc -save-temps=obj | a.o a.ii a.s",
                "-S a.c -save-temps | a.s a.i",
                "-c a.c -Wa,-ahln=x.lst | a.o x.lst",
                "-c a.c --serialize-diagnostics x.dia | a.o x.dia",
                "-c a.c -Wp,-MMD,x.d | a.o x.d",
                "-c a.c -Xpreprocessor -MD -Xpreprocessor x.d | a.o x.d",
                "-c a.c -ftime-trace | a.o a.json",
                "-fsyntax-only a.c | ''",
                "-c a.c -o /dev/null | ''",
                "-fsyntax-only a.c -MD -MF x.d | x.d"
            })
    void knowsEveryFileThatIsWritten(String line, String files) {
        assertThat(String.join(" ", cacheable(line).outputs())).isEqualTo(files);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--coverage", "-gsplit-dwarf", "-fprofile-generate", "-fstack-usage"})
    void theNameIsPartOfTheKeyWhereTheObjectHoldsIt(String option) {
        assertThat(cacheable(option + " -c a.c -o x.o").facts())
                .isNotEqualTo(cacheable(option + " -c a.c -o y.o").facts());
    }

    @Test
    void whatIsPassedOnIsPartOfTheKeyButNotTheNamesOfLists() {
        assertThat(cacheable("-c a.c -Wp,-MD,x").keyArguments())
                .isEqualTo(cacheable("-c a.c -Wp,-MD,y").keyArguments());
        assertThat(cacheable("-c a.c -Wp,-DX").keyArguments())
                .isNotEqualTo(cacheable("-c a.c -Wp,-DY").keyArguments());
        assertThat(cacheable("-c a.c -Wp,-DX,-UY").preprocessorArguments())
                .containsExactly("-Wp,-DX,-UY");
        assertThat(cacheable("-c a.c -Wp,-MD,x -Wa,-W").preprocessorArguments()).isEmpty();
    }

    @Test
    void precompiledHeadersAreInputs() {
        var read =
                cacheable(
                        "-Xclang -include-pch -Xclang p.pch -Xclang -include -Xclang p.h -c a.cc");
        assertThat(read.inputs()).containsExactly("p.pch");
        assertThat(read.forcedIncludes()).containsExactly("p.h");
        assertThat(read.traits()).containsExactly(Trait.PRECOMPILED_HEADER);
        assertThat(cacheable("-c a.c -march=native").traits()).containsExactly(Trait.NATIVE_CPU);
    }

    /**
     * Every option that the compilers of this machine list is understood one way or the other.
     * Those of other languages and systems are not listed for C.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc --help=common --help=optimizers --help=target --help=undocumented",
                "gcc --help=c,c++",
                "gcc --help=warnings",
                "clang --help",
                "clang --help-hidden"
            })
    void knowsWhatTheCompilersList(String question) throws Exception {
        // Given
        Process process =
                new ProcessBuilder(words(question))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        List<String> listed;
        try (var lines = process.inputReader()) {
            listed =
                    lines.lines()
                            .map(LISTED::matcher)
                            .filter(Matcher::find)
                            .map(line -> line.group(1))
                            .toList();
        }

        // Then
        assertThat(listed).hasSizeGreaterThan(50);
        assertThat(
                        listed.stream()
                                .map(option -> option.endsWith("=") ? option + "1" : option)
                                .filter(option -> GccOptions.TABLE.find(option).isEmpty()))
                .isEmpty();
    }

    @Test
    void behindTwoDashesThereAreOnlyFiles() {
        assertThat(cacheable("-c -o a.o -- -x.c").source()).isEqualTo("-x.c");
    }

    @Test
    void responseFilesAreReadAsTheDriversDo() throws IOException {
        // Given
        Files.writeString(
                directory.resolve("outer"), "-DA=\"b c\" '-DD=e\"f' -DG=h\\\\i -DJ=\\ \n\t@inner");
        Files.writeString(directory.resolve("inner"), "-c a.c -o 'x y.o'");

        // Then
        assertThat(cacheable("-O2 @outer -w").arguments())
                .containsExactly(
                        "-O2",
                        "-DA=b c",
                        "-DD=e\"f",
                        "-DG=h\\i",
                        "-DJ= ",
                        "-c",
                        "a.c",
                        "-o",
                        "x y.o",
                        "-w");
    }

    @ParameterizedTest
    @ValueSource(strings = {"@file", "'a", "\"a", "a\\\nb", "''", "'a\\b'", "a\\"})
    void responseFilesThatCouldBeReadInTwoWaysAreRefused(String text) throws IOException {
        Files.writeString(directory.resolve("file"), text);
        assertThat(classify("-c a.c @file")).isInstanceOf(NotCacheable.class);
    }

    @Test
    void noticesForcedIncludes() {
        assertThat(cacheable("-include a.h -imacros b.h -c a.c").forcedIncludes())
                .containsExactly("a.h", "b.h");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-c a.c @no-such-file",
                "-c a.c b.c",
                "-c",
                "-c a.unknown",
                "-c -x ada a.c",
                "-c a.c -o -",
                "-c a.c -o /dev/stdout",
                "-c a.c -o /dev/null -MD",
                "-c a.c -o /dev/null -gsplit-dwarf",
                "-c a.c -MD -MF -",
                "-c a.c -MD -MF /dev/null",
                "-c a.i -MD",
                "-c a.c -fprofile-use",
                "-c a.c -fprofile-use=x",
                "-c a.c -Wp,-foo",
                "-c a.c -Wp,-MD",
                "-c a.c -Wp,-DX,-MD,x",
                "-c a.c -Wa,-ag=x",
                "-c a.c -Wa,--MD,x",
                "-c a.c -Wa,@x",
                "-c a.c -Xassembler -o",
                "-c a.c -Xclang -foo",
                "-c a.c -Xclang -load -Xclang x.so",
                "-c a.c -Xclang -include",
                "-c a.c -mllvm -info-output-file=x",
                "-c a.c -fplugin=x.so",
                "-c a.c -fpass-plugin=x.so",
                "-c a.c -fdump-tree-all",
                "-c a.c -fmodules-ts",
                "-c a.c -fmodule-file=x",
                "-c a.c -E",
                "-E a.c",
                "-M a.c",
                "-c a.c --no-such-option",
                "-c a.c -MP",
                "-c a.c -o x.o -o y.o",
                "-c a.c -grecord-gcc-switches",
                "-c a.c -fdiagnostics-format=sarif-file",
                "-c a.c -DX=__TIME__",
                "-c a.c -D X=__has_include(<x>)",
                "-c a.c -DX=.incbin",
                "-c a.c -Wp,-DX=__DATE__",
                "-c a.c -Xclang -DX=__DATE__",
                "-c a.c -D",
                "-c -S -emit-llvm a.c",
                "-S -gsplit-dwarf a.c",
                "-c -",
                "-c -x c -"
            })
    void refusesWhatItDoesNotUnderstand(String line) {
        assertThat(classify(line)).isInstanceOf(NotCacheable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.o -o a", "--version", "-v", "-print-prog-name=cc1", "a.c"})
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
        "-c a.m, false, objective-c",
        "-c a.c -x ada, false, c",
        "-c -x ada -x none a.c, false, c",
        "-c a.S, false, assembler-with-cpp",
        "-c a.s, false, assembler",
        "-c a.ii, false, c++-cpp-output",
        "-c a.i, true, c++-cpp-output",
        "-c a.h, true, c++-header"
    })
    void knowsTheLanguage(String line, boolean isCxxDriver, String language) {
        assertThat(((Cacheable) classify(words(line), isCxxDriver)).language().spelling())
                .isEqualTo(language);
    }

    @Test
    void anEmptyArgumentIsNoSource() {
        assertThat(classify(List.of("-x", "c", "-c", "", "-o", "a.o"), false))
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
                        "-S",
                        "-fsyntax-only",
                        "-Xclang",
                        "-include-pch",
                        "-Wp,-MD,x",
                        "-Wa,-a=x",
                        "-gsplit-dwarf",
                        "a.b/c",
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
            var read = classify(line, random.nextBoolean());
            if (read instanceof Cacheable cacheable) {
                assertThat(line)
                        .as("seed %d, line %s", seed, line)
                        .contains(cacheable.source())
                        .containsAnyOf("-c", "-S", "-fsyntax-only");
                assertThat(cacheable.source()).as("seed %d, line %s", seed, line).isNotEmpty();
            }
        }
    }

    private Cacheable cacheable(String line) {
        var read = classify(line);
        assertThat(read).isInstanceOf(Cacheable.class);
        return (Cacheable) read;
    }

    private CompilerInvocation classify(String line) {
        return classify(words(line), false);
    }

    private CompilerInvocation classify(List<String> line, boolean isCxxDriver) {
        return GccArguments.classify(line, isCxxDriver, new ResponseFiles(directory));
    }

    private static List<String> words(String line) {
        return line.isEmpty() ? List.of() : List.of(line.split(" ", -1));
    }
}
