package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.coordinator.Installation.Ended;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a coordinator in a process of its own. */
class RealCoordinatorIT {
    private static final Ended SILENT = new Ended(0, "", "");
    private static final String HELLO = "int f(void) { return 1; }\n";

    @TempDir Path directory;
    private Installation installed;

    @BeforeEach
    void install() throws IOException {
        installed = new Installation(directory);
    }

    @AfterEach
    void stop() throws IOException {
        installed.close();
    }

    private Ended compile() throws IOException, InterruptedException {
        return installed.cachepot("gcc", "-c", "a.c", "-o", "a.o");
    }

    @Test
    void sixtyFourWrappersAtOnceStartOneCoordinatorAndAllCompile() throws Exception {
        // Given
        int wrappers = 64;
        for (int i = 0; i < wrappers; i++) {
            installed.write("u" + i + ".c", "int f" + i + "(void) { return " + i + "; }\n");
        }
        String each = "for i in $(seq 0 " + (wrappers - 1) + "); do ";
        installed.shell(each + "gcc -c u$i.c -o u$i.o; done");
        var expected = installed.objects();
        installed.shell("rm -f u*.o");

        // When
        Ended ended =
                installed.shell(
                        each + "\"$CACHEPOT\" gcc -c u$i.c -o u$i.o || echo failed & done; wait");

        // Then
        assertThat(ended).isEqualTo(SILENT);
        Installation.assertSame(installed.objects(), expected);
        assertThat(installed.coordinators()).hasSize(1);
        assertThat(installed.count("Compile requests")).isEqualTo(wrappers);
    }

    @Test
    void malformedSettingsStopNoCompileAndAreToldInOneLine() throws Exception {
        // Given
        installed.write("a.c", HELLO);
        Path settings = installed.write("settings", "[cache.disk]\nsize = 'much'\n");
        installed.set("CACHEPOT_CONF", settings.toString());
        String problem =
                settings
                        + ":2:1: cache.disk.size: is 'much', expected bytes, or a number with K, M,"
                        + " G or T as in 20G";

        // When
        Ended compiled = compile();
        Ended again = compile();
        Ended stats = installed.cachepot("--show-stats");

        // Then
        String line = "cachepot: warning: " + problem + ", compiling locally instead\n";
        assertThat(compiled).isEqualTo(new Ended(0, "", line));
        assertThat(again).isEqualTo(compiled);
        assertThat(installed.project.resolve("a.o")).isNotEmptyFile();
        assertThat(stats)
                .isEqualTo(
                        new Ended(
                                2,
                                "",
                                "cachepot: error: couldn't connect to server\n"
                                        + "cachepot: caused by: "
                                        + problem
                                        + "\n"));
        // The second compile remembers the failure, the command tries again.
        assertThat(installed.coordinators()).hasSize(2);
    }

    /** After an upgrade; the two bytes behind the frame's head are the version. */
    @Test
    void aCoordinatorMakesWayForOneThatALaterWrapperUnderstands() throws Exception {
        // Given
        installed.write("a.c", HELLO);
        assertThat(compile()).isEqualTo(SILENT);
        byte[] later = {'H', 0, 0, 0, 2, 0x7f, 0x7f};

        // When
        byte[] answer;
        try (var socket = SocketChannel.open(UnixDomainSocketAddress.of(installed.socket()))) {
            socket.write(ByteBuffer.wrap(later));
            answer = Channels.newInputStream(socket).readAllBytes();
        }

        // Then
        assertThat((char) answer[0]).isEqualTo('V');
        assertThat(new String(answer, StandardCharsets.UTF_8))
                .endsWith("; it leaves, and the next compile starts another");
        Installation.await(Duration.ofSeconds(20), () -> installed.coordinator().isEmpty());
        assertThat(compile()).isEqualTo(SILENT);
        assertThat(installed.coordinators()).hasSize(2);
    }

    @Test
    void idleCoordinatorLeavesAndTheNextWrapperStartsAnother() throws Exception {
        // Given
        installed.write("a.c", HELLO);
        installed.set("CACHEPOT_IDLE_TIMEOUT", "1");
        assertThat(compile()).isEqualTo(SILENT);
        assertThat(installed.coordinator()).isPresent();

        // When
        Installation.await(Duration.ofSeconds(20), () -> installed.coordinator().isEmpty());

        // Then
        assertThat(compile()).isEqualTo(SILENT);
        assertThat(installed.coordinators()).hasSize(2);
        assertThat(installed.count("Cache hits")).isEqualTo(1);
        assertThat(installed.count("Cache misses")).as("of the first one").isEqualTo(1);
    }

    @Test
    void countsOutliveAKillAndZeroIsForGood() throws Exception {
        // Given
        installed.write("a.c", HELLO);
        compile();
        Installation.await(
                Duration.ofSeconds(20),
                () ->
                        installed
                                .shell("cat \"$CACHEPOT_DIR\"/stats/*.json")
                                .stdout()
                                .contains("\"CACHE_WRITES\":1"));
        kill();

        // When
        compile();

        // Then
        assertThat(installed.coordinators()).hasSize(2);
        assertThat(installed.count("Cache misses")).isEqualTo(1);
        assertThat(installed.count("Compile requests")).isEqualTo(2);
        installed.cachepot("--zero-stats");
        kill();
        assertThat(installed.count("Compile requests")).isZero();
    }

    private ProcessHandle kill() throws IOException {
        ProcessHandle killed = installed.coordinator().orElseThrow();
        killed.destroyForcibly();
        killed.onExit().join();
        return killed;
    }

    @Test
    void noDaemonStaysInTheForegroundUntilItIsTold() throws Exception {
        // Given
        installed.write("a.c", HELLO);
        installed.set("CACHEPOT_NO_DAEMON", "1");
        installed.set("CACHEPOT_LOG", "debug");
        Path stderr = directory.resolve("stderr");
        Process foreground =
                installed.start(
                        directory.resolve("stdout"),
                        stderr,
                        Machine.WRAPPER.toString(),
                        "--start-coordinator");
        Installation.await(
                Duration.ofSeconds(20), () -> Files.readString(stderr).contains("listening"));

        // When
        assertThat(compile()).isEqualTo(SILENT);

        // Then
        assertThat(foreground.isAlive()).isTrue();
        assertThat(foreground.pid()).isEqualTo(installed.coordinators().getFirst());
        assertThat(installed.cachepot("--stop-coordinator").exitCode()).isZero();
        assertThat(foreground.waitFor()).isZero();
    }

    /** Its directory can be removed, or moved, in the next line of a script. */
    @Test
    void afterStopNothingOfItIsAtWork() throws Exception {
        installed.write("a.c", HELLO);
        for (int round = 0; round < 3; round++) {
            // Given
            compile();

            // When
            Ended ended =
                    installed.shell(
                            """
                            "$CACHEPOT" --stop-coordinator >/dev/null
                            ls "$CACHEPOT_DIR"/stats
                            rm -r "$CACHEPOT_DIR"
                            """);

            // Then
            assertThat(ended.exitCode()).as("%s", ended).isZero();
            assertThat(ended.stdout())
                    .as("what it counted is written")
                    .isEqualTo("lock\ntotal.json\n");
            assertThat(installed.cache).doesNotExist();
        }
    }

    @Test
    void termEndsItCleanly() throws Exception {
        // Given
        installed.write("a.c", HELLO);
        compile();

        // When
        installed.coordinator().orElseThrow().destroy();

        // Then
        Installation.await(Duration.ofSeconds(20), () -> installed.coordinator().isEmpty());
        assertThat(installed.shell("ls \"$XDG_RUNTIME_DIR\"/cachepot").stdout())
                .doesNotContain("scratch", ".sock\n");
    }

    @Test
    void aKilledOneLeavesNothingThatStaysForGood() throws Exception {
        // Given
        installed.write("a.c", HELLO);
        compile();
        ProcessHandle killed = kill();
        installed.shell("touch -d '2 days ago' \"$XDG_RUNTIME_DIR\"/cachepot/scratch-*");

        // When
        Ended next = compile();

        // Then
        assertThat(next).isEqualTo(SILENT);
        assertThat(installed.shell("ls -d \"$XDG_RUNTIME_DIR\"/cachepot/scratch-*").stdout())
                .contains("scratch-" + installed.coordinators().getLast() + "-")
                .doesNotContain("scratch-" + killed.pid() + "-");
    }

    @Test
    void aDirectoryThatWasTidiedAwayIsMadeAgain() throws Exception {
        // Given
        installed.write("a.c", HELLO);
        compile();
        installed.shell("rm -r \"$XDG_RUNTIME_DIR\"/cachepot/scratch-*");
        installed.write("a.c", HELLO + "int g;\n");

        // Then
        assertThat(compile()).isEqualTo(SILENT);
        assertThat(installed.cachepot("g++", "-c", "a.c", "-o", "b.o")).isEqualTo(SILENT);
    }

    @Test
    void logGoesWhereItIsTold() throws Exception {
        // Given
        installed.write("a.c", HELLO);
        installed.set("CACHEPOT_LOG", "debug");

        // When
        compile();

        // Then
        assertThat(Files.readString(installed.log))
                .containsPattern(
                        "(?m)^\\d{4}-\\d\\d-\\d\\dT[0-9:.]+ DEBUG \\[PID \\d+] coordinator looked up:"
                                + " source=a\\.c");
        Installation.await(
                Duration.ofSeconds(20),
                () ->
                        Files.readString(installed.log)
                                .matches(
                                        "(?s).* served: source=\\S+/a\\.c tier=here exit=0"
                                                + " reason='first compile of this source[^\\n]+ key=.*"));
        assertThat(Files.getPosixFilePermissions(installed.log)).hasSize(2);
    }

    @Test
    void underACompilersNameItFindsTheCompilerBehindItself() throws Exception {
        // Given
        installed.write("a.c", HELLO);
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("gcc"), Machine.WRAPPER);
        Files.createSymbolicLink(bin.resolve("cc"), bin.resolve("gcc"));
        installed.set("PATH", bin + ":/usr/bin:/bin");

        // When
        Ended first = installed.shell("gcc -c a.c -o a.o");
        Ended second = installed.shell("gcc -c a.c -o a.o");
        Ended absolute = installed.shell(bin.resolve("cc") + " -c a.c -o b.o");
        Ended link = installed.shell("gcc -shared a.o -o a.so");

        // Then
        assertThat(first).isEqualTo(SILENT);
        assertThat(second).isEqualTo(SILENT);
        assertThat(absolute).isEqualTo(SILENT);
        assertThat(link).isEqualTo(SILENT);
        assertThat(installed.bytes("a.o")).isEqualTo(installed.bytes("b.o"));
        assertThat(installed.count("Cache hits")).isGreaterThanOrEqualTo(1);
        // Also when it is named, and the link that is not asked for comes first on PATH.
        assertThat(installed.cachepot("gcc", "-O1", "-c", "a.c", "-o", "b.o")).isEqualTo(SILENT);
        assertThat(installed.cachepot("gcc", "-shared", "b.o", "-o", "b.so")).isEqualTo(SILENT);
    }

    @Test
    void memoryIsInOrderOnAHitAMissAndWithoutACoordinator() throws Exception {
        // Given: one that is linked dynamically, so that valgrind sees each allocation
        installed.write("a.c", HELLO);
        Ended built =
                installed.shell(
                        "cc -std=c11 -D_GNU_SOURCE -O1 -g -DCACHEPOT_VERSION='\"test\"' -o cachepot-checked "
                                + Path.of("wrapper").toAbsolutePath()
                                + "/*.c");
        assertThat(built).isEqualTo(SILENT);
        String valgrind =
                "valgrind -q --leak-check=full --errors-for-leak-kinds=definite,possible"
                        + " --child-silent-after-fork=yes --error-exitcode=99 ./cachepot-checked ";

        // Then
        for (String way : new String[] {"miss", "hit", "broken"}) {
            if (way.equals("broken")) {
                installed.set("CACHEPOT_COORDINATOR_COMMAND", "/bin/false");
                installed.cachepot("--stop-coordinator");
            }
            Ended ended = installed.shell(valgrind + "gcc -c a.c -o a.o");
            assertThat(ended.exitCode()).as("%s: %s", way, ended).isZero();
            assertThat(ended.stderr()).as(way).doesNotContain("==");
        }
        installed.write("a.c", "int f(void) { return none; }\n");
        assertThat(installed.shell(valgrind + "gcc -c a.c -o a.o").exitCode()).isEqualTo(1);
        assertThat(installed.shell(valgrind + "--show-stats").exitCode()).isEqualTo(2);
    }
}
