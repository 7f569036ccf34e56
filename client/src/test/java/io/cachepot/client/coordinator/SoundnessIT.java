package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.coordinator.Machine.Ended;
import io.cachepot.client.coordinator.Workplace.Left;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Attempts to get a stale or foreign object out of the cache. In every state of a project a command
 * leaves the same files, modes, output and exit code whether the plain compiler runs it, or
 * cachepot for the first time, or cachepot once more.
 */
class SoundnessIT {
    private static final String COMPILE = "@gcc -c a.c -o a.o";

    @TempDir Path directory;
    private Machine machine;
    private Workplace workplace;

    @BeforeEach
    void start() throws IOException {
        machine = new Machine(directory);
        workplace = new Workplace(machine, machine.project);
        machine.write("a.c", "int f(void) { return 1; }\n");
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    /** Runs {@code command}, a shell's, in which {@code @} stands in front of each compiler. */
    private Left check(String command) throws Exception {
        Machine.settle();
        Left plain = workplace.run(command.replace("@", ""));
        for (String round : new String[] {"first", "second"}) {
            assertThat(workplace.run(command.replace("@", Machine.WRAPPER + " ")))
                    .as("%s time: %s", round, command)
                    .isEqualTo(plain);
        }
        return plain;
    }

    private void header(String name, int value) throws IOException {
        machine.write(name, "#define H " + value + "\n");
    }

    private void usesHeader(String include) throws IOException {
        machine.write("a.c", "#include " + include + "\nint f(void) { return H; }\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-MD -MF deep/x.d",
                "-MD -MMD",
                "-MMD -MD -MP",
                "-MP",
                "-MF x.d",
                "-MD -MG",
                "-Wp,-MD,x.d",
                "-Wp,-MMD,x.d -MP",
                "-Wp,-DX,-MD,x.d",
                "-save-temps",
                "-gsplit-dwarf",
                "-g -gsplit-dwarf",
                "-march=native",
                "-fplugin=./none.so",
                "-frandom-seed=1",
                "-fprofile-use",
                "-fstack-usage",
                "-frecord-gcc-switches",
                "-grecord-gcc-switches -g",
                "-fdiagnostics-format=json",
                "-fdiagnostics-format=json-file",
                "-Xpreprocessor -DX",
                "-x none",
                "-xc++ -g",
                "-E",
                "-M",
                "-dM -E",
                "-Wa,-aln=x.lst",
                "-ffile-prefix-map=/tmp=/x -g",
                "-fexec-charset=UTF-16",
                "-B.",
                "-no-such-option"
            })
    void optionsDoWhatTheCompilerDoes(String options) throws Exception {
        // Given
        Files.createDirectories(machine.project.resolve("deep"));
        machine.write(
                "a.c",
                "#include <stddef.h>\nint f(void) { int unused; return sizeof __FILE__; }\n");

        // Then
        for (String compiler : new String[] {"gcc", "clang"}) {
            check("@" + compiler + " -Wall " + options + " -c a.c -o a.o");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@gcc -c a.c",
                "@gcc -c deep/b.c",
                "@gcc -c a.c deep/b.c",
                "@gcc -c a.c -o none/a.o",
                "@gcc -c a.c -o",
                "@gcc -c none.c -o a.o",
                "@gcc -c a.c -o a.o -o b.o",
                "@gcc -MD -c a.c -o noext",
                "@gcc -c - -o a.o < a.c",
                "@gcc -x c -c - -o a.o < a.c",
                "@gcc -x c -c /dev/stdin -o a.o < a.c",
                "@gcc -c a.c -o /dev/null",
                "@gcc -S a.c -o a.s",
                "@gcc -c $PWD/a.c -o $PWD/a.o",
                "@gcc @args",
                "cd deep && @gcc -c ../a.c -o ../a.o",
                "@gcc -c a.c -o a.o -Wl,-Map=x -lm",
                "umask 077; @gcc -c a.c -o a.o",
                "umask 0; @gcc -MD -c a.c -o a.o",
                "mkdir -p a.o; @gcc -c a.c -o a.o",
                "@gcc -c -- a.c",
                "@gcc"
            })
    void commandLinesDoWhatTheCompilerDoes(String command) throws Exception {
        // Given
        machine.write("deep/b.c", "int g(void) { return 2; }\n");
        machine.write("args", "-c a.c -o a.o -DX\n");

        // Then: not @args, which is the compiler's own and no mark of ours
        if (command.contains("@args")) {
            Left plain = workplace.run("gcc @args");
            assertThat(workplace.run(Machine.WRAPPER + " gcc @args")).isEqualTo(plain);
        } else {
            check(command);
        }
    }

    @Test
    void anOutputThatIsTheSourceIsLeftToTheCompiler() throws Exception {
        // Given
        check(COMPILE);
        Files.createSymbolicLink(machine.project.resolve("link"), Path.of("a.c"));

        // Then
        assertThat(check("@gcc -c a.c -o a.c").ended().exitCode()).isEqualTo(1);
        assertThat(check("@gcc -c a.c -o ./deep/../a.c").ended().exitCode()).isEqualTo(1);
        assertThat(check("@gcc -c a.c -o link").ended().exitCode()).isEqualTo(1);
        check("@gcc -MD -MF x.d -c a.c -o a.o");
        check("@gcc -MD -MF a.o -c a.c -o a.o");
        check("@gcc -MD -MF a.c -c a.c -o a.o");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc", "clang"})
    void systemHeadersCountThoughTheListLeavesThemOut(String compiler) throws Exception {
        // Given
        String command = "@" + compiler + " -isystem first -isystem second -MMD -MP -c a.c -o a.o";
        usesHeader("<outer.h>");
        machine.write("second/outer.h", "#include \"deep/inner.h\"\n");
        header("second/deep/inner.h", 1);
        check(command);
        long hits = machine.hits();
        check(command);
        assertThat(machine.hits()).isEqualTo(hits + 2);

        // When
        header("second/deep/inner.h", 2);

        // Then
        check(command);

        // When: one that comes before
        header("first/outer.h", 3);

        // Then
        check(command);
        assertThat(Files.readString(machine.project.resolve("a.c"))).contains("outer.h");
    }

    @Test
    void aSystemHeaderThatAMacroNamesIsNotMissed() throws Exception {
        // Given
        String command = "@gcc -isystem sys '-DNAME=<h.h>' -MMD -c a.c -o a.o";
        usesHeader("NAME");
        header("sys/h.h", 1);
        check(command);
        long hits = machine.hits();
        check(command);
        assertThat(machine.hits()).isGreaterThan(hits);

        // When
        header("sys/h.h", 2);

        // Then
        check(command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"first/h.h", "second/h.h"})
    void aPrecompiledHeaderIsAnInputLikeOthers(String place) throws Exception {
        // Given: gcc takes it even where the header itself is not
        String command = "@gcc -Ifirst -Isecond -c a.c -o a.o";
        usesHeader("<h.h>");
        Files.createDirectories(machine.project.resolve("first"));
        header("second/h.h", 1);
        header("other.h", 7);
        check(command);

        // When
        Ended made = machine.plain("gcc", "-x", "c-header", "other.h", "-o", place + ".gch");

        // Then
        assertThat(made.exitCode()).isZero();
        check(command);
        long hits = machine.hits();
        check(command);
        assertThat(machine.hits()).isEqualTo(hits + 2);

        // When: another one in its place, then none
        header("other.h", 8);
        machine.plain("gcc", "-x", "c-header", "other.h", "-o", place + ".gch");

        // Then
        check(command);
        Files.delete(machine.project.resolve(place + ".gch"));
        check(command);
    }

    @Test
    void clangsPrecompiledHeaderMindsTimes() throws Exception {
        // Given
        usesHeader("\"none.h\"");
        machine.write("none.h", "");
        Path header = machine.write("h.h", "#define H 1\n");
        String use = "@clang -include-pch h.pch -c a.c -o a.o";
        check("@clang -x c-header h.h -o h.pch");
        machine.plain("clang", "-x", "c-header", "h.h", "-o", "h.pch");
        check(use);
        long hits = machine.hits();
        check(use);
        assertThat(machine.hits()).isEqualTo(hits + 2);

        // When: the same content at another time is an error
        Files.setLastModifiedTime(header, FileTime.from(Instant.ofEpochSecond(1_000_000_000)));

        // Then
        assertThat(check(use).ended().exitCode()).isNotZero();
        check("@clang -x c-header h.h -o h.pch");
    }

    @ParameterizedTest
    @ValueSource(strings = {"__DATE__ __TIME__", "__TIMESTAMP__"})
    void theDateThatIsSetDecides(String macro) throws Exception {
        // Given
        machine.write("a.c", "const char *f(void) { return " + macro + "; }\n");
        for (String date : new String[] {"1", "100000000"}) {
            // When
            machine.set("SOURCE_DATE_EPOCH", date);

            // Then
            check(COMPILE);
            long hits = machine.hits();
            check(COMPILE);
            assertThat(machine.hits() > hits).isEqualTo(!macro.equals("__TIMESTAMP__"));
        }
    }

    @Test
    void preprocessedSourceWithDiagnosticsIsCompiledEachTime() throws Exception {
        // Given: diagnostics quote the file that the line marker names
        machine.write("original.c", "int f(void) { int one; }\n");
        machine.write("a.i", "# 1 \"original.c\"\nint f(void) { int one; }\n");
        check("@gcc -Wall -c a.i -o a.o");

        // When
        machine.write("original.c", "int f(void) { int two; }\n");

        // Then
        check("@gcc -Wall -c a.i -o a.o");
    }

    @Test
    void definitionsAreScannedAsFilesAre() throws Exception {
        // Given
        machine.write("a.c", "const char *f(void) { return NOW; }\n");

        // When
        check("@gcc -DNOW=__TIMESTAMP__ -c a.c -o a.o");
        Files.setLastModifiedTime(
                machine.project.resolve("a.c"), FileTime.from(Instant.ofEpochSecond(1)));

        // Then
        check("@gcc -DNOW=__TIMESTAMP__ -c a.c -o a.o");
    }

    @Test
    void aQuestionOnTheCommandLineIsAskedAgain() throws Exception {
        // Given
        machine.write("a.c", "#if Q\nint yes;\n#else\nint no;\n#endif\n");
        check("@gcc '-DQ=__has_include(\"q.h\")' -c a.c -o a.o");

        // When
        machine.write("q.h", "");

        // Then
        check("@gcc '-DQ=__has_include(\"q.h\")' -c a.c -o a.o");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "asm(\".incbin \\\"data\\\"\");",
                "asm(\".INCBIN \\\"data\\\"\");",
                "asm(\"\\t.include \\\"data\\\"\");",
                "#define S(x) #x\nasm(\".\" S(incbin) \" \\\"data\\\"\");"
            })
    void whatTheAssemblerReadsIsNotMissed(String source) throws Exception {
        for (String compiler : new String[] {"gcc", "clang"}) {
            // Given
            machine.write("a.c", source + "\n");
            machine.write("data", ".byte 1\n");
            check("@" + compiler + " -c a.c -o a.o");

            // When
            machine.write("data", ".byte 2\n");

            // Then
            check("@" + compiler + " -c a.c -o a.o");
        }
    }

    @Test
    void aPragmaThatComparesFileTimesIsNotMissed() throws Exception {
        // Given
        machine.write("a.c", "#pragma GCC dependency \"grammar.y\"\nint x;\n");
        Path grammar = machine.write("grammar.y", "");
        check(COMPILE);

        // When
        Files.setLastModifiedTime(grammar, FileTime.from(Instant.ofEpochSecond(4_000_000_000L)));

        // Then
        assertThat(check(COMPILE).ended().stderr()).contains("older");
    }

    @Test
    void aDirectoryNamedLikeAHeaderMayBecomeOne() throws Exception {
        // Given
        usesHeader("\"h.h\"");
        header("second/h.h", 1);
        Files.createDirectories(machine.project.resolve("first/h.h"));
        check("@gcc -Ifirst -Isecond -c a.c -o a.o");

        // When
        Files.delete(machine.project.resolve("first/h.h"));
        check("@gcc -Ifirst -Isecond -c a.c -o a.o");
        header("first/h.h", 2);

        // Then
        check("@gcc -Ifirst -Isecond -c a.c -o a.o");
    }

    @Test
    void aDanglingLinkMayBecomeAHeader() throws Exception {
        // Given
        usesHeader("<h.h>");
        header("second/h.h", 1);
        Files.createDirectories(machine.project.resolve("first"));
        Files.createSymbolicLink(machine.project.resolve("first/h.h"), Path.of("../later"));
        check("@gcc -Ifirst -Isecond -c a.c -o a.o");

        // When
        header("later", 2);

        // Then
        check("@gcc -Ifirst -Isecond -c a.c -o a.o");
    }

    @Test
    void aDirectoryOfThePathThatAppearsIsSeen() throws Exception {
        // Given
        usesHeader("HEADER");
        header("second/h.h", 1);
        check("@gcc '-DHEADER=<h.h>' -Ifirst -Isecond -c a.c -o a.o");

        // When
        header("first/h.h", 2);

        // Then
        check("@gcc '-DHEADER=<h.h>' -Ifirst -Isecond -c a.c -o a.o");
    }

    @ParameterizedTest
    @ValueSource(strings = {"first/h.h", "deep/h.h", "deep/in/h.h"})
    void whatAMacroNamesIsFoundWhereTheCompilerFindsIt(String earlier) throws Exception {
        // Given: a name that is spelled nowhere but in a macro, asked for from a directory below
        machine.write("a.c", "#include \"deep/asks.h\"\nint f(void) { return H; }\n");
        machine.write("deep/asks.h", "#define STRING(x) #x\n#include MACRO\n");
        header("second/h.h", 1);
        header("second/in/h.h", 2);
        for (String name : new String[] {"h.h", "in/h.h"}) {
            String command = "@gcc '-DMACRO=\"" + name + "\"' -Ifirst -Isecond/ -I. -c a.c -o a.o";
            check(command);
            long hits = machine.hits();

            // When
            header(earlier, 3);

            // Then
            check(command);
            assertThat(machine.hits()).isGreaterThan(hits);
            Files.delete(machine.project.resolve(earlier));
            check(command);
        }
    }

    @Test
    void includeNextLooksBehindEveryDirectory() throws Exception {
        // Given
        usesHeader("<h.h>");
        machine.write("one/h.h", "#include_next <h.h>\n");
        Files.createDirectories(machine.project.resolve("two"));
        header("three/h.h", 3);
        check("@gcc -Ione -Itwo -Ithree -c a.c -o a.o");

        // When
        header("two/h.h", 2);

        // Then
        check("@gcc -Ione -Itwo -Ithree -c a.c -o a.o");
    }

    @Test
    void aHeaderBesideItsIncluderComesFirst() throws Exception {
        // Given
        usesHeader("\"in/outer.h\"");
        machine.write("in/outer.h", "#include \"h.h\"\n");
        header("path/h.h", 1);
        check("@gcc -Ipath -c a.c -o a.o");

        // When
        header("in/h.h", 2);

        // Then
        check("@gcc -Ipath -c a.c -o a.o");
    }

    @Test
    void aLinkToADirectoryThatMovesIsSeen() throws Exception {
        // Given
        usesHeader("<h.h>");
        header("v1/h.h", 1);
        header("v2/h.h", 2);
        Path current = machine.project.resolve("current");
        for (String version : new String[] {"v1", "v2", "v1"}) {
            // When
            Files.deleteIfExists(current);
            Files.createSymbolicLink(current, Path.of(version));

            // Then
            check("@gcc -g -Icurrent -c a.c -o a.o");
        }
    }

    @Test
    void aLinkToTheSourceThatMovesIsSeen() throws Exception {
        // Given: the same bytes, another header beside them? No: quoted names go by the link's
        // place
        Files.delete(machine.project.resolve("a.c"));
        for (String version : new String[] {"v1", "v2"}) {
            machine.write(version + "/a.c", "#include \"h.h\"\nint f(void) { return H; }\n");
            header(version + "/h.h", version.charAt(1));
        }
        header("h.h", 9);
        for (String version : new String[] {"v1", "v2"}) {
            // When
            Path link = machine.project.resolve("a.c");
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, Path.of(version + "/a.c"));

            // Then
            check(COMPILE);
            check("@gcc -g -c " + version + "/a.c -o a.o");
        }
    }

    @Test
    void theOrderAndKindOfSearchDirectoriesMatter() throws Exception {
        usesHeader("<h.h>");
        header("one/h.h", 1);
        header("two/h.h", 2);
        for (String path :
                new String[] {
                    "-Ione -Itwo",
                    "-Itwo -Ione",
                    "-isystem one -Itwo",
                    "-Ione -idirafter two",
                    "-iquote one -Itwo",
                    "-include one/h.h -Itwo",
                    "-imacros two/h.h -Ione"
                }) {
            check("@gcc -Wno-builtin-macro-redefined " + path + " -c a.c -o a.o");
        }
    }

    @Test
    void theSameSourceUnderOtherNamesAndInOtherDirectoriesIsAnotherCompile() throws Exception {
        // Given
        for (String place : new String[] {"one", "two"}) {
            machine.write(place + "/a.c", "const char *f(void) { return __FILE__; }\n");
        }
        Files.createSymbolicLink(machine.project.resolve("link"), Path.of("one"));

        // Then
        check("cd one && @gcc -g -c a.c -o a.o");
        check("cd two && @gcc -g -c a.c -o a.o");
        check("cd link && @gcc -g -c a.c -o a.o");
        check("cd one && PWD=/tmp @gcc -g -c a.c -o a.o");
        check("@gcc -g -c one/a.c -o one/a.o");
        check("@gcc -g -c ./one/a.c -o one/a.o");
        check("@gcc -g -c $PWD/one/a.c -o one/a.o");
    }

    @ParameterizedTest
    @CsvSource({
        "CPATH, one, two",
        "C_INCLUDE_PATH, one, two",
        "SOURCE_DATE_EPOCH, 1, 2",
        "LC_ALL, C, C.UTF-8",
        "LANG, C, C.UTF-8",
        "GCC_COLORS, '', error=1",
        "DEPENDENCIES_OUTPUT, one.d, two.d target",
        "SUNPRO_DEPENDENCIES, one.d, two.d target",
        "GCC_EXTRA_DIAGNOSTIC_OUTPUT, fixits-v1, fixits-v2",
        "COMPILER_PATH, /none, ''",
        "CCC_OVERRIDE_OPTIONS, +-DZ=7, +-DZ=8",
        "CC_PRINT_HEADERS, 1, ''",
        "CC_LOG_DIAGNOSTICS, 1, ''",
        "NO_COLOR, 1, ''",
        "TERM, dumb, xterm"
    })
    void variablesOfTheCompilerCount(String name, String one, String two) throws Exception {
        // Given
        header("one/h.h", 1);
        header("two/h.h", 2);
        machine.write(
                "a.c",
                """
                #include <h.h>
                #ifndef Z
                #define Z 0
                #endif
                int f(void) { int unused; return H + Z; }
                """);

        for (String compiler : new String[] {"gcc", "clang"}) {
            for (String value : new String[] {one, two}) {
                // When
                machine.set(name, value);

                // Then
                check("@" + compiler + " -Wall -idirafter one -c a.c -o a.o");
            }
        }
    }

    @Test
    void aCompilerReplacedInPlaceIsAnother() throws Exception {
        // Given
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Path clang = Files.copy(Path.of("/usr/bin/clang").toRealPath(), bin.resolve("clang"));
        FileTime time = Files.getLastModifiedTime(clang);
        assertThat(check("@" + clang + " -c a.c -o a.o").ended().exitCode()).isZero();
        assertThat(machine.hits()).isEqualTo(1);

        // When: same path, size and time, another byte in a field that nobody reads
        byte[] content = Files.readAllBytes(clang);
        content[content.length - 1] ^= 1;
        Files.write(clang, content);
        Files.setLastModifiedTime(clang, time);

        // Then
        check("@" + clang + " -c a.c -o a.o");
        assertThat(machine.count("Cache misses")).isEqualTo(2);
        assertThat(machine.hits()).isEqualTo(2);
    }

    @Test
    void aPrecompiledHeaderThatAppearsIsSeen() throws Exception {
        // Given
        usesHeader("\"h.h\"");
        header("h.h", 1);
        check(COMPILE);

        // When
        machine.plain("gcc", "-x", "c-header", "-DH2", "h.h", "-o", "h.h.gch");

        // Then
        check(COMPILE);
    }

    @Test
    void aSearchPathOfLibrariesCountsWhereItHasOneOfTheCompilers() throws Exception {
        // Given: as cargo sets it for build scripts
        machine.set("LD_LIBRARY_PATH", "/usr/lib/none:" + machine.project);
        check(COMPILE);
        assertThat(machine.hits()).isEqualTo(1);

        // When
        String cc1 = machine.plain("gcc", "-print-prog-name=cc1").stdout().strip();
        String libraries = machine.plain("ldd", cc1).stdout();
        Path library = Path.of(libraries.replaceAll("(?s).*libz.so.1 => (\\S+).*", "$1"));
        Files.copy(library, machine.project.resolve("libz.so.1"));

        // Then
        check(COMPILE);
        assertThat(machine.hits()).isEqualTo(1);
        assertThat(machine.count("Non-cacheable calls")).isEqualTo(2);
    }
}
