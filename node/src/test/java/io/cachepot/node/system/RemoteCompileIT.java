package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.node.system.Developer.Ended;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single compiles on a worker, beside the same compile by the plain compiler. */
class RemoteCompileIT extends OneWorkerTest {
    @ParameterizedTest
    @ValueSource(strings = {"gcc", "clang", "g++", "clang++"})
    void theObjectIsThePlainCompilers(String compiler) throws Exception {
        // Given
        String source = compiler.endsWith("++") ? "src/a.cc" : "src/a.c";
        write("include/a.h", "#pragma once\n#define ANSWER 42\n");
        write(
                source,
                "#include <stdio.h>\n#include <a.h>\nint f(void) { return puts(\"x\") + ANSWER; }\n");
        String[] command = {
            compiler,
            "-g",
            "-O2",
            "-Iinclude",
            "-Wall",
            "-MD",
            "-MF",
            "a.d",
            "-c",
            source,
            "-o",
            "a.o"
        };
        assertThat(developer.run(project, command).exitCode()).isZero();
        byte[] object = Files.readAllBytes(project.resolve("a.o"));
        byte[] depfile = Files.readAllBytes(project.resolve("a.d"));
        Files.delete(project.resolve("a.o"));
        Files.delete(project.resolve("a.d"));

        // When
        Ended ended = developer.cachepot(project, command);

        // Then
        assertThat(ended).isEqualTo(new Ended(0, "", ""));
        assertRemote(1);
        assertThat(Files.readAllBytes(project.resolve("a.o"))).isEqualTo(object);
        assertThat(Files.readAllBytes(project.resolve("a.d"))).isEqualTo(depfile);
    }

    @Test
    void anErrorAndAWarningAreTheCompilersOwn() throws Exception {
        // Given
        write("bad.c", "int f(void) {\n    int unused;\n    return nothing;\n}\n");
        write("warn.c", "int f(void) {\n    int unused;\n    return 1;\n}\n");
        String[] bad = {"gcc", "-Wall", "-c", "bad.c", "-o", "bad.o"};
        String[] warn = {"gcc", "-Wall", "-c", "warn.c", "-o", "warn.o"};

        // When
        Ended badEnded = developer.cachepot(project, bad);
        Ended warnEnded = developer.cachepot(project, warn);
        Ended warnAgain = developer.cachepot(project, warn);

        // Then
        assertThat(badEnded).isEqualTo(developer.run(project, bad));
        assertThat(badEnded.exitCode()).isEqualTo(1);
        assertThat(badEnded.stderr()).contains("nothing");
        assertThat(project.resolve("bad.o")).doesNotExist();
        assertThat(warnEnded).isEqualTo(developer.run(project, warn));
        assertThat(warnAgain).isEqualTo(warnEnded);
        assertThat(developer.stats().hits()).isEqualTo(1);
        assertRemote(1);
        assertThat(developer.stats().number("compile_fails")).isEqualTo(1);
        assertThat(developer.cachepot(project, "--explain", "warn.c").stdout())
                .contains("hit in the local cache", "miss, compiled on a worker ");
    }

    @Test
    void whatIsKnownToBeSmallIsDoneHereOnceTheWayIsKnown() throws Exception {
        // Given
        for (int i = 0; i < 8; i++) {
            write("a" + i + ".c", "int x" + i + ";\n");
            developer.cachepot(project, "gcc", "-c", "a" + i + ".c");
        }
        assertRemote(8);
        write("a0.c", "int y;\n");

        // When
        Ended ended = developer.cachepot(project, "gcc", "-c", "a0.c");

        // Then
        assertThat(ended).isEqualTo(new Ended(0, "", ""));
        assertRemote(8);
        assertThat(developer.cachepot(project, "--explain", "a0.c").stdout())
                .contains("sooner here than on a worker");
        assertThat(developer.stats().number("dist_errors")).isZero();
    }

    @Test
    void aWrongTokenIsSaidAndTheCompileIsDoneHere() throws Exception {
        // Given
        write("a.c", "int x;\n");

        try (var stranger = new Developer(cluster.schedulerUrl(), "guess")) {
            // When
            Ended ended = stranger.cachepot(project, "gcc", "-c", "a.c", "-o", "a.o");

            // Then
            assertThat(ended).isEqualTo(new Ended(0, "", ""));
            assertThat(project.resolve("a.o")).exists();
            assertThat(stranger.stats().number("dist_errors")).isEqualTo(1);
            assertThat(stranger.cachepot(project, "--explain", "a.c").stdout())
                    .contains("miss, compiled here", "here   not on a worker: ");
            assertThat(stranger.coordinatorLog()).contains("answered 401: client token is wrong");
            assertThat(stranger.cachepot(project, "--dist-status").stdout())
                    .contains("could not communicate with scheduler");
        }
    }

    @Test
    void aHostileToolchainIsRefusedWithItsEntryAndTheCompileIsDoneHere() throws Exception {
        // Given
        write("a.c", "int x;\n");
        write("evil/x", "x");
        developer.run(
                project, "tar", "-czPf", "evil.tar.gz", "--transform", "s,^,../../,", "evil/x");
        developer.configure(
                """
                [[dist.toolchains]]
                type = "path_override"
                compiler_executable = "%s"
                archive = "%s"
                archive_compiler_executable = "/usr/bin/gcc"
                """
                        .formatted("/usr/bin/gcc", project.resolve("evil.tar.gz")));

        // When
        for (int i = 0; i < 5; i++) {
            assertThat(developer.cachepot(project, "gcc", "-DX=" + i, "-c", "a.c", "-o", "a.o"))
                    .isEqualTo(new Ended(0, "", ""));
        }

        // Then
        assertRemote(0);
        assertThat(developer.stats().number("dist_errors")).isEqualTo(5);
        assertThat(developer.coordinatorLog()).contains("refused the toolchain").contains("../");
        assertThat(Integer.parseInt(permitsTaken())).as("of five compiles").isLessThan(2);
    }

    @Test
    void aCacheDirectoryThatIsNoneKeepsLargeCompilesHereAndHoldsNoPermits() throws Exception {
        // Given
        write("none", "a file");
        developer.set("CACHEPOT_DIR", project.resolve("none/results").toString());
        write("small.c", "int x;\n");
        String large = "// " + "x".repeat(2 << 20) + "\n";

        // When
        assertThat(developer.cachepot(project, "gcc", "-c", "small.c"))
                .isEqualTo(new Ended(0, "", ""));
        assertRemote(1);
        for (int i = 0; i < 5; i++) {
            write("a" + i + ".c", large + "int x" + i + ";\n");
            assertThat(developer.cachepot(project, "gcc", "-c", "a" + i + ".c"))
                    .isEqualTo(new Ended(0, "", ""));
        }

        // Then: they did not fit into memory
        assertRemote(1);
        assertThat(developer.coordinatorLog()).contains("no room for the request");
        Cluster.await(() -> permitsTaken().equals("0"), cluster::logs);
    }

    @Test
    void aBuildThatIsInterruptedLeavesNothingRunning() throws Exception {
        // Given: a compile that takes long
        var source = new StringBuilder();
        for (int i = 0; i < 40_000; i++) {
            source.append("int f%d(int x) { return x * %d + x / (x + %d); }\n".formatted(i, i, i));
        }
        write("long.c", source.toString());
        Process compile =
                developer.start(
                        project,
                        project.resolve("log"),
                        Installed.program("cachepot").toString(),
                        "gcc",
                        "-O3",
                        "-c",
                        "long.c",
                        "-o",
                        "long.o");
        Cluster.await(() -> isRunning("cc1", "long.c"), cluster::logs);

        // When
        compile.destroy();

        // Then
        assertThat(compile.waitFor()).as("killed by SIGTERM").isEqualTo(128 + 15);
        Cluster.await(() -> !isRunning("cc1", "long.c"), cluster::logs);
        assertThat(project.resolve("long.o")).doesNotExist();
        Cluster.await(() -> permitsTaken().equals("0"), cluster::logs);
    }

    private static boolean isRunning(String program, String argument) {
        return ProcessHandle.allProcesses()
                .map(each -> Processes.commandLine(each))
                .anyMatch(line -> line.contains("/" + program + " ") && line.contains(argument));
    }

    private String permitsTaken() {
        try {
            String status = developer.cachepot(project, "--dist-status").stdout();
            return status.replaceAll(".*\"in_progress\":(\\d+).*", "$1");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void statusShowsWhoIsThere() throws Exception {
        // When
        Ended ended = developer.cachepot(project, "--dist-status");

        // Then
        assertThat(ended.stdout())
                .startsWith("{\"SchedulerStatus\":[\"" + cluster.schedulerUrl() + "\",{")
                .contains("\"num_servers\":1")
                .contains("\"num_workers\":1")
                .contains("\"num_cpus\":2")
                .contains("\"role\":\"worker\"");
    }
}
