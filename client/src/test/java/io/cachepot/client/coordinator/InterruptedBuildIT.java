package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.coordinator.Installation.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds whose end comes early: Ctrl-C, or a coordinator that is killed. */
class InterruptedBuildIT {
    private static final int UNITS = 24;

    @TempDir Path directory;
    private Installation installed;
    private Map<String, byte[]> expected;

    @BeforeEach
    void install() throws IOException, InterruptedException {
        installed = new Installation(directory);
        installed.writeProject(UNITS);
        expected = installed.plainObjects();
        assertThat(expected).hasSize(UNITS);
    }

    @AfterEach
    void stop() throws IOException {
        installed.close();
    }

    private Process make(int jobs) throws IOException {
        return installed.start(
                directory.resolve("out"),
                directory.resolve("err"),
                "setsid",
                "make",
                "-j" + jobs,
                "CC=" + Machine.WRAPPER + " gcc");
    }

    private void awaitObjects(int count) throws Exception {
        Installation.await(Duration.ofSeconds(60), () -> installed.objects().size() >= count);
    }

    /** Live processes of a session, by name. */
    private static List<String> session(long id) throws IOException {
        var names = new ArrayList<String>();
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    String stat = Files.readString(process.resolve("stat"));
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                    if (Long.parseLong(fields[3]) == id && !fields[0].equals("Z")) {
                        names.add(stat.substring(0, stat.indexOf(')') + 1));
                    }
                } catch (IOException _) {
                    // It ended while it was looked at.
                }
            }
        }
        return names;
    }

    @Tag("slow")
    @Test
    void interruptedBuildLeavesNoProcessAndNoHalfObject() throws Exception {
        // Given
        Process make = make(8);
        awaitObjects(4);

        // When
        installed.shell("kill -INT -" + make.pid());
        assertThat(make.waitFor(30, TimeUnit.SECONDS)).isTrue();

        // Then
        Installation.await(Duration.ofSeconds(10), () -> session(make.pid()).isEmpty());
        assertThat(make.exitValue()).isNotZero();
        Map<String, byte[]> whole = installed.objects();
        assertThat(whole).hasSizeLessThan(UNITS);
        whole.forEach(
                (name, bytes) -> assertThat(bytes).as("%s", name).isEqualTo(expected.get(name)));
        assertThat(installed.shell("ls -A | grep -v -e '^u[0-9]*\\.[co]$' -e Makefile -e shared.h"))
                .isEqualTo(new Ended(1, "", ""));
        assertThat(installed.shell("ls -A \"$TMPDIR\"").stdout()).isEmpty();

        // When
        Ended again = installed.shell("make -j4 CC=\"$CACHEPOT gcc\" >/dev/null");

        // Then
        assertThat(again).isEqualTo(new Ended(0, "", ""));
        Installation.assertSame(installed.objects(), expected);
        assertThat(installed.coordinators()).hasSize(1);
    }

    @Test
    void killedCoordinatorCostsNoCompile() throws Exception {
        // Given
        Process make = make(4);
        awaitObjects(3);

        // When
        installed.coordinator().orElseThrow().destroyForcibly();
        assertThat(make.waitFor(120, TimeUnit.SECONDS)).isTrue();

        // Then
        assertThat(make.exitValue()).as(Files.readString(directory.resolve("err"))).isZero();
        Installation.assertSame(installed.objects(), expected);
        assertThat(Files.readAllLines(directory.resolve("err")))
                .allMatch(line ->
                        line.equals(
                                "cachepot: warning: The coordinator looks like it shut down"
                                        + " unexpectedly, compiling locally instead"))
                .hasSizeLessThanOrEqualTo(4);
        assertThat(installed.coordinators()).hasSize(2);
    }

    @Test
    void killedWrapperTakesItsCompilerAlong() throws Exception {
        // Given
        installed.write("slow.c", Files.readString(installed.project.resolve("u0.c")).repeat(1));
        installed.cachepot("gcc", "-c", "u0.c", "-o", "warm.o");
        Process wrapper =
                installed.start(
                        directory.resolve("out"),
                        directory.resolve("err"),
                        "setsid",
                        Machine.WRAPPER.toString(),
                        "gcc",
                        "-O3",
                        "-c",
                        "slow.c",
                        "-o",
                        "slow.o");
        Installation.await(
                Duration.ofSeconds(20),
                () -> session(wrapper.pid()).stream().anyMatch(name -> name.contains("cc1")));

        // When
        wrapper.destroyForcibly();

        // Then
        Installation.await(Duration.ofSeconds(10), () -> session(wrapper.pid()).isEmpty());
        assertThat(installed.project.resolve("slow.o")).doesNotExist();
    }
}
