package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.coordinator.Machine.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The local cache with real compilers: what it returns is what they would have written. */
class CacheIT {
    @TempDir Path directory;
    private Machine machine;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        machine = new Machine(directory);
        machine.write(
                "a.c", "#include <stdio.h>\n#include \"b.h\"\nint f(void) { return puts(B); }\n");
        machine.write("b.h", "#define B \"one\"\n");
        Machine.settle();
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    @ParameterizedTest
    @CsvSource({
        "gcc, -O2",
        "gcc, -g -O1",
        "gcc, -g3 -Wall -Wextra",
        "g++, -g -x c++",
        "clang, -O2",
        "clang, -g",
        "clang++, -g -x c++",
        "cc, -fPIC",
        "gcc, -m32 -ffreestanding -DNO"
    })
    void aHitIsWhatTheCompilerWrites(String compiler, String flags) throws Exception {
        // Given
        machine.write(
                "a.c", "#ifndef NO\n#include <stdio.h>\n#endif\nint f(int x) { return x; }\n");
        Machine.settle();
        String[] options = flags.split(" ", -1);
        byte[] expected = objectOf(options, compiler);

        // When
        byte[] first = objectOf(options, Machine.WRAPPER.toString(), compiler);
        byte[] second = objectOf(options, Machine.WRAPPER.toString(), compiler);

        // Then
        assertThat(first).isEqualTo(expected);
        assertThat(second).isEqualTo(expected);
        assertThat(machine.hits()).isEqualTo(1);
    }

    private byte[] objectOf(String[] options, String... compiler) throws Exception {
        var command = new ArrayList<>(List.of(compiler));
        command.addAll(List.of(options));
        command.addAll(List.of("-c", "a.c", "-o", "a.o"));
        Files.deleteIfExists(machine.project.resolve("a.o"));
        Ended ended = machine.plain(command.toArray(String[]::new));
        assertThat(ended).isEqualTo(new Ended(0, "", ""));
        return machine.bytes("a.o");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-MD",
                "-MMD",
                "-MD -MF x.d",
                "-MMD -MFx.d -MP",
                "-MD -MT target -MQ $odd -MF x.d"
            })
    void theDependencyListIsTheCompilersOwnAlsoOnAHit(String flags) throws Exception {
        // Given
        String list = flags.contains("x.d") ? "x.d" : "a.d";
        compile("gcc", flags);
        byte[] expected = machine.bytes(list);
        machine.plain("rm", "-f", list, "a.o");

        for (int round = 0; round < 2; round++) {
            // When
            compile(Machine.WRAPPER + " gcc", flags);

            // Then
            assertThat(machine.bytes(list)).isEqualTo(expected);
            machine.plain("rm", "-f", list, "a.o");
        }
        assertThat(machine.hits()).isEqualTo(1);
    }

    private Ended compile(String compiler, String flags) throws Exception {
        Ended ended = machine.plain((compiler + " " + flags + " -c a.c -o a.o").split(" ", -1));
        assertThat(ended.exitCode()).as("%s", ended).isZero();
        return ended;
    }

    @Test
    void anotherHeaderIsAnotherResultAndTheOldOneIsKept() throws Exception {
        // Given
        byte[] one = compiled();
        assertThat(machine.hits()).isZero(); // waits until the result is stored
        machine.write("b.h", "#define B \"two\"\n");
        Machine.settle();

        // When
        byte[] two = compiled();
        machine.write("b.h", "#define B \"one\"\n");
        Machine.settle();

        // Then
        assertThat(two).isNotEqualTo(one);
        assertThat(compiled()).isEqualTo(one);
        assertThat(machine.hits()).isEqualTo(1);
    }

    @Test
    void aHeaderThatAppearsEarlierOnThePathIsSeen() throws Exception {
        // Given
        machine.write("inc/c.h", "#define C 1\n");
        Files.createDirectories(machine.project.resolve("early"));
        machine.write("a.c", "#include <c.h>\nint f(void) { return C; }\n");
        Machine.settle();
        compile(Machine.WRAPPER + " gcc", "-Iearly -Iinc");
        byte[] before = machine.bytes("a.o");

        // When
        machine.write("early/c.h", "#define C 2\n");
        Machine.settle();
        compile(Machine.WRAPPER + " gcc", "-Iearly -Iinc");

        // Then
        assertThat(machine.hits()).isZero();
        assertThat(machine.bytes("a.o")).isNotEqualTo(before);
    }

    @Test
    void aHeaderRewrittenWithinTheSameInstantIsNoHit() throws Exception {
        for (int i = 0; i < 20; i++) {
            machine.write("b.h", "#define B \"" + (char) ('a' + i) + "\"\n");
            byte[] object = compiled();
            compile("gcc", "-O1");
            assertThat(object).as("round %d", i).isEqualTo(machine.bytes("a.o"));
        }
    }

    @Test
    void anErrorIsTheCompilersOwn() throws Exception {
        // Given
        machine.write("a.c", "int f(void) { return undeclared; }\n");
        Ended expected = machine.plain("gcc", "-c", "a.c", "-o", "a.o");

        for (int round = 0; round < 2; round++) {
            // When
            Ended ended = machine.cachepot("gcc", "-c", "a.c", "-o", "a.o");

            // Then
            assertThat(ended).isEqualTo(expected);
            assertThat(ended.exitCode()).isEqualTo(1);
        }
        assertThat(machine.count("Compilation failures")).isEqualTo(2);
    }

    @Test
    void warningsComeAgainOnAHit() throws Exception {
        // Given
        machine.write("a.c", "int f(void) { int unused; return 0; }\n");
        Machine.settle();
        Ended expected = machine.plain("gcc", "-Wall", "-c", "a.c", "-o", "a.o");
        assertThat(expected.stderr()).contains("unused");

        // When
        machine.cachepot("gcc", "-Wall", "-c", "a.c", "-o", "a.o");
        Ended hit = machine.cachepot("gcc", "-Wall", "-c", "a.c", "-o", "a.o");

        // Then
        assertThat(hit).isEqualTo(expected);
        assertThat(machine.hits()).isEqualTo(1);
    }

    @Test
    void aCompilerKilledByASignalIsReportedAsItsDriverDoes() throws Exception {
        // Given: a pass that dies, behind a driver that says so
        Path fake = Files.createDirectory(directory.resolve("fake"));
        Path pass = fake.resolve("cc1");
        Files.writeString(pass, "#!/bin/sh\nkill -SEGV $$\n");
        machine.plain("chmod", "755", pass.toString());
        Ended expected = machine.plain("gcc", "-B" + fake, "-c", "a.c", "-o", "a.o");
        assertThat(expected.stderr()).contains("Segmentation fault");

        // When
        Ended ended = machine.cachepot("gcc", "-B" + fake, "-c", "a.c", "-o", "a.o");

        // Then
        assertThat(ended).isEqualTo(expected);
    }

    @Test
    void whatIsNotUnderstoodPassesThroughAndIsCounted() throws Exception {
        // When
        Ended ended = machine.cachepot("gcc", "-B.", "-c", "a.c", "-o", "a.o");

        // Then
        assertThat(ended).isEqualTo(new Ended(0, "", ""));
        assertThat(machine.count("Non-cacheable calls")).isEqualTo(1);
        assertThat(machine.count("-B.")).isEqualTo(1);
    }

    @Test
    void linksPassThrough() throws Exception {
        // Given
        machine.write("main.c", "int main(void) { return 7; }\n");

        // When
        Ended ended = machine.cachepot("gcc", "main.c", "-o", "main");

        // Then
        assertThat(ended).isEqualTo(new Ended(0, "", ""));
        assertThat(machine.plain("./main").exitCode()).isEqualTo(7);
        assertThat(machine.count("Non-compilation calls")).isEqualTo(1);
    }

    @Test
    void aMissingCompilerIsToldAsAShellWould() throws Exception {
        Ended ended = machine.cachepot("no-such-gcc", "-c", "a.c");
        assertThat(ended.exitCode()).isEqualTo(127);
        assertThat(ended.stderr()).contains("no-such-gcc");
    }

    @Test
    void aDamagedResultIsDroppedAndMadeAgain() throws Exception {
        // Given
        byte[] good = compiled();
        machine.count("Cache hits"); // waits until it is stored
        Path result = onlyFileBelow(machine.cache.resolve("v2/results"));
        byte[] stored = Files.readAllBytes(result);
        stored[stored.length / 2] ^= 1;
        Files.write(result, stored);

        // Then
        assertThat(compiled()).isEqualTo(good);
        assertThat(machine.hits()).isZero();
        assertThat(machine.count("Cache read errors")).isEqualTo(1);
        assertThat(compiled()).isEqualTo(good);
        assertThat(machine.hits()).isEqualTo(1);
    }

    @Test
    void aDamagedManifestIsDroppedAndMadeAgain() throws Exception {
        // Given
        byte[] good = compiled();
        machine.count("Cache hits");
        Path manifest = onlyFileBelow(machine.cache.resolve("v2/manifests"));
        machine.stop();
        Files.write(manifest, new byte[] {1, 2, 3}, StandardOpenOption.TRUNCATE_EXISTING);
        machine.start(Map.of());

        // Then
        assertThat(compiled()).isEqualTo(good);
        assertThat(machine.count("Cache errors")).isGreaterThanOrEqualTo(1);
        assertThat(compiled()).isEqualTo(good);
        assertThat(machine.hits()).isEqualTo(1);
    }

    private static Path onlyFileBelow(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            List<Path> found = files.filter(Files::isRegularFile).toList();
            assertThat(found).hasSize(1);
            return found.getFirst();
        }
    }

    @Test
    void anotherStartFindsWhatTheLastOneStored() throws Exception {
        // Given
        byte[] first = compiled();
        machine.stop();

        // When
        machine.start(Map.of());

        // Then
        assertThat(compiled()).isEqualTo(first);
        assertThat(machine.hits()).isEqualTo(1);
    }

    @Test
    void recacheMakesEveryLookUpAMiss() throws Exception {
        // Given
        compiled();
        machine.stop();
        machine.start(Map.of("CACHEPOT_RECACHE", "1"));

        // When
        compiled();

        // Then
        assertThat(machine.hits()).isZero();
        assertThat(machine.count("Forced recaches")).isEqualTo(1);
    }

    @Test
    void clearMakesAMiss() throws Exception {
        // Given
        compiled();

        // When
        assertThat(machine.cachepot("--clear-cache")).isEqualTo(new Ended(0, "", ""));
        compiled();

        // Then
        assertThat(machine.hits()).isZero();
        assertThat(machine.count("Cache misses")).isEqualTo(2);
    }

    @Test
    void aCacheThatCanNotBeUsedCostsNothingButHits() throws Exception {
        // Given: a file where the directory should be
        machine.stop();
        Files.writeString(directory.resolve("blocked"), "");
        machine.start(Map.of("CACHEPOT_DIR", directory.resolve("blocked").toString()));

        // Then
        compiled();
        compiled();
        assertThat(machine.hits()).isZero();
        assertThat(machine.count("Cache write errors")).isEqualTo(2);
    }

    @Test
    void objectTakesThePlaceOfALinkToAReadOnlyFile() throws Exception {
        // Given
        byte[] object = compiled();
        machine.plain("rm", "a.o");
        machine.write("real/a.o", "old");
        Files.createSymbolicLink(machine.project.resolve("a.o"), Path.of("real/a.o"));
        machine.plain("chmod", "444", "real/a.o");

        // When
        compiled();

        // Then
        assertThat(machine.hits()).isEqualTo(1);
        assertThat(Files.isSymbolicLink(machine.project.resolve("a.o"))).isFalse();
        assertThat(machine.bytes("a.o")).isEqualTo(object);
        assertThat(machine.project.resolve("real/a.o")).hasContent("old");
    }

    @Test
    void timeMacrosAreNeverCached() throws Exception {
        // Given
        machine.write("a.c", "const char *f(void) { return __TIME__; }\n");
        Machine.settle();

        // When
        compiled();
        compiled();

        // Then
        assertThat(machine.hits()).isZero();
        assertThat(machine.count("time macro")).isEqualTo(2);
    }

    @Test
    void anEnvironmentVariableOfTheCompilerIsPartOfTheKey() throws Exception {
        // Given
        machine.write("b.h", "");
        machine.write("one/d.h", "#define D 1\n");
        machine.write("two/d.h", "#define D 2\n");
        machine.write("a.c", "#include <d.h>\nint f(void) { return D; }\n");
        Machine.settle();
        machine.set("CPATH", "one");
        byte[] one = compiled();

        // When
        machine.set("CPATH", "two");

        // Then
        assertThat(compiled()).isNotEqualTo(one);
        assertThat(machine.hits()).isZero();
    }

    private byte[] compiled() throws Exception {
        compile(Machine.WRAPPER + " gcc", "-O1");
        return machine.bytes("a.o");
    }
}
