package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cachepot.client.coordinator.Machine.Ended;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsIT {
    @TempDir Path directory;
    private Machine machine;

    @BeforeEach
    void start() throws IOException {
        machine = new Machine(directory);
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    @Test
    void startingTwiceIsAnError() throws Exception {
        assertThat(machine.cachepot("--start-coordinator"))
                .isEqualTo(
                        new Ended(
                                2,
                                "",
                                """
                                cachepot: error: Coordinator startup failed: Address in use
                                cachepot: caused by: one is running already
                                """));
    }

    @Test
    void anotherCoordinatorOnTheSameSocketRefusesToStart() throws Exception {
        assertThat(catchThrowable(() -> machine.start(Map.of())))
                .isInstanceOf(BindException.class)
                .hasMessageStartingWith("Address in use");
        assertThat(machine.cachepot("--show-stats").exitCode()).as("the first goes on").isZero();
    }

    @Test
    void stopShowsTheStatisticsAndNobodyListensAnyMore() throws Exception {
        // When
        Ended stopped = machine.cachepot("--stop-coordinator");

        // Then
        assertThat(stopped.exitCode()).isZero();
        assertThat(stopped.stdout())
                .startsWith("Stopping cachepot server...\nCompile requests ")
                .endsWith("10 GiB\n");
        Ended again = machine.cachepot("--stop-coordinator");
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.stderr()).contains("couldn't connect to server");
    }

    @Test
    void zeroShowsZeroes() throws Exception {
        // Given
        machine.cachepot("gcc", "--version");
        assertThat(machine.count("Compile requests")).isEqualTo(1);

        // When
        Ended zeroed = machine.cachepot("--zero-stats");

        // Then
        assertThat(zeroed.stdout()).containsPattern("^Compile requests +0\n");
    }

    @Test
    void withoutASchedulerDistIsDisabled() throws Exception {
        assertThat(machine.cachepot("--dist-status"))
                .isEqualTo(new Ended(0, "{\"Disabled\":\"disabled\"}", ""));
        assertThat(machine.cachepot("--dist-auth")).isEqualTo(new Ended(0, "", ""));
    }

    @Test
    void aSchedulerThatIsNotThereIsToldAndCompilesGoOn() throws Exception {
        // Given
        machine.stop();
        machine.start(Map.of("CACHEPOT_SCHEDULER_URL", "http://127.0.0.1:1"));
        machine.write("a.c", "int x;\n");
        Machine.settle();

        // When
        Ended ended = machine.cachepot("gcc", "-c", "a.c", "-o", "a.o");

        // Then
        assertThat(ended).isEqualTo(new Ended(0, "", ""));
        assertThat(machine.cachepot("--dist-status").stdout())
                .isEqualTo(
                        "{\"NotConnected\":[\"http://127.0.0.1:1/\",\"could not communicate with scheduler\"]}");
        assertThat(machine.count("Failed distributed compilations")).isEqualTo(1);
    }

    @Test
    void packsTheSameToolchainTwice() throws Exception {
        // When
        Ended first = machine.cachepot("--package-toolchain", "gcc", "one.tar.gz");
        Ended second = machine.cachepot("--package-toolchain", "gcc", "two.tar.gz");

        // Then
        assertThat(first).isEqualTo(new Ended(0, "", ""));
        assertThat(second).isEqualTo(new Ended(0, "", ""));
        assertThat(
                        Files.mismatch(
                                machine.project.resolve("one.tar.gz"),
                                machine.project.resolve("two.tar.gz")))
                .isEqualTo(-1);
        String list = machine.plain("tar", "-tzf", "one.tar.gz").stdout();
        assertThat(list).contains("usr/bin/gcc\n", "/cc1\n", "/cc1plus\n", "ld-linux-x86-64.so.2");
    }

    @Test
    void packingWhatIsNoCompilerSaysSo() throws Exception {
        Ended ended = machine.cachepot("--package-toolchain", "/bin/ls", "one.tar.gz");
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.stderr())
                .isEqualTo(
                        """
                        cachepot: error: toolchain not packaged
                        cachepot: caused by: /bin/ls: neither gcc nor clang
                        """);
        assertThat(machine.project.resolve("one.tar.gz")).doesNotExist();
    }
}
