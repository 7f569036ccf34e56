package io.cachepot.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.sandbox.SandboxResult.Ended;
import io.cachepot.sandbox.SandboxResult.Limit;
import io.cachepot.sandbox.SandboxResult.LimitExceeded;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What every {@link Sandbox} does for honest jobs. */
public abstract class SandboxContract extends SandboxFixture {
    @Test
    void givesExitCodeOfTheProgram() throws Exception {
        // When
        var result = shell("exit 7").run();

        // Then
        assertThat(exitCode(result)).isEqualTo(7);
    }

    @Test
    void givesZeroOnSuccessAndTimeItTook() throws Exception {
        // When
        var result = shell("exit 0").run();

        // Then
        assertThat(result)
                .isInstanceOfSatisfying(
                        Ended.class,
                        ended -> {
                            assertThat(ended.exitCode()).isZero();
                            assertThat(ended.wallTime()).isPositive();
                        });
    }

    @Test
    void givesSignalAsExitCodeAbove128() throws Exception {
        // When
        var result = shell("kill -SEGV $$").run();

        // Then
        assertThat(exitCode(result)).isEqualTo(128 + 11);
    }

    @Test
    void tellsProgramThatFailsFromSandboxThatFails() throws Exception {
        // When
        var result = shell("echo 'bwrap: Can not do that' >&2; exit 1").run();

        // Then
        assertThat(exitCode(result)).isEqualTo(1);
        assertThat(received().stderr()).isEqualTo("bwrap: Can not do that\n");
    }

    @Test
    void refusesProgramThatIsNotInside() {
        // Given
        var job = job("/usr/bin/no-such-program", List.of("/usr/bin/no-such-program"));

        // When
        // Then
        assertThatThrownBy(job::run)
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("executable")
                .hasMessageContaining("/usr/bin/no-such-program")
                .hasMessageContaining("No such file");
        assertThat(received().events()).isEmpty();
    }

    @Test
    void handsOverStdoutStderrAndOutputsInThatOrder() throws Exception {
        // When
        shell("echo out; echo err >&2; echo b > /w/b; echo a > /w/a").outputs("/w/b", "/w/a").run();

        // Then
        assertThat(received().events()).containsExactly("stdout", "stderr", "/w/b", "/w/a");
        assertThat(received().stdout()).isEqualTo("out\n");
        assertThat(received().stderr()).isEqualTo("err\n");
    }

    @Test
    void givesTheProgramExactlyTheEnvironmentOfTheSpec() throws Exception {
        // When
        job("/usr/bin/env", List.of("env"))
                .environment(Map.of("LANG", "C", "SPACED", " a b ", "EMPTY", ""))
                .run();

        // Then
        assertThat(received().stdout().lines())
                .filteredOn(line -> !line.startsWith("PWD="))
                .containsExactlyInAnyOrder("LANG=C", "SPACED= a b ", "EMPTY=");
    }

    @Test
    void givesTheProgramItsArguments() throws Exception {
        // When
        job("/bin/sh", List.of("sh", "-c", "for a; do echo \"[$a]\"; done", "x", "", "a b", "--"))
                .run();

        // Then
        assertThat(received().stdout()).isEqualTo("[]\n[a b]\n[--]\n");
    }

    @Test
    void runsInCwdThatItMakes() throws Exception {
        // When
        shell("pwd -P; echo x > here")
                .cwd("/home/me/project")
                .outputs("/home/me/project/here")
                .run();

        // Then
        assertThat(received().stdout()).isEqualTo("/home/me/project\n");
        assertThat(received().outputs()).hasSize(1);
    }

    @Test
    void readsNothingFromStdin() throws Exception {
        // When
        shell("cat; echo end").run();

        // Then
        assertThat(received().stdout()).isEqualTo("end\n");
    }

    @Test
    void laysInputsOverDirectoriesOfTheToolchain() throws Exception {
        // Given
        Files.createDirectories(toolchain().resolve("usr/lib/gcc/include"));
        Files.writeString(toolchain().resolve("usr/lib/gcc/cc1"), "its own");
        Files.writeString(toolchain().resolve("usr/lib/gcc/include/old.h"), "its own");

        // When
        shell("cat /usr/lib/gcc/cc1 /usr/lib/gcc/include/new.h /usr/lib/gcc/include/old.h")
                .file("/usr/lib/gcc/include/new.h", " new ")
                .file("/usr/lib/gcc/include/old.h", "replaced")
                .run();

        // Then
        assertThat(received().stdout()).isEqualTo("its own new replaced");
    }

    @Test
    void laysInputsThroughLinksOfTheToolchain() throws Exception {
        // When
        shell("cat /usr/lib/x/y; readlink /lib").file("/lib/x/y", "through\n").run();

        // Then
        assertThat(received().stdout()).isEqualTo("through\nusr/lib\n");
    }

    @Test
    void laysInputsThroughLinksAmongThem() throws Exception {
        // When
        shell("cat /real/f /w/alias/f")
                .link("/w/alias", "../real")
                .file("/w/alias/f", "once\n")
                .run();

        // Then
        assertThat(received().stdout()).isEqualTo("once\nonce\n");
    }

    @Test
    void takesLinkWhereTheToolchainHasTheDirectory() throws Exception {
        // Given
        Files.createDirectories(toolchain().resolve("opt/gcc"));
        Files.writeString(toolchain().resolve("opt/gcc/cc1"), "both");

        // When
        shell("cat /opt/gcc/cc1 /srv/gcc/cc1").link("/opt", "srv").run();

        // Then
        assertThat(received().stdout()).isEqualTo("bothboth");
    }

    @Test
    void makesEmptyDirectories() throws Exception {
        // When
        shell("cd /a/b/../../c && ls -a").directory("/a/b").directory("/c").run();

        // Then
        assertThat(received().stdout()).isEqualTo(".\n..\n");
    }

    @Test
    void keepsExecutableFlagOfInputs() throws Exception {
        // When
        var result =
                job("/w/tool", List.of("/w/tool"))
                        .executable("/w/tool", "#!/bin/sh\necho ran\n")
                        .run();

        // Then
        assertThat(exitCode(result)).as(received().stderr()).isZero();
        assertThat(received().stdout()).isEqualTo("ran\n");
    }

    @Test
    void takesInputsBelowTmp() throws Exception {
        // When
        shell("cat in; cp in out; echo t > /tmp/other")
                .cwd("/tmp/project")
                .file("/tmp/project/in", "data\n")
                .outputs("/tmp/project/out")
                .run();

        // Then
        assertThat(received().stdout()).isEqualTo("data\n");
        assertThat(received().outputs())
                .containsExactly(new Received.Output("/tmp/project/out", "data\n", false));
    }

    @Test
    void givesScratchSpaceInTmp() throws Exception {
        // When
        var result = shell("echo x > /tmp/scratch && cat /tmp/scratch").run();

        // Then
        assertThat(exitCode(result)).as(received().stderr()).isZero();
        assertThat(received().stdout()).isEqualTo("x\n");
    }

    @Test
    void givesTheUsualDevices() throws Exception {
        // When
        var result =
                shell(
                                "echo x > /dev/null && head -c 1 /dev/zero && head -c 1 /dev/urandom"
                                        + " > /dev/null && head -c 1 /dev/random > /dev/null")
                        .run();

        // Then
        assertThat(exitCode(result)).as(received().stderr()).isZero();
        assertThat(received().stdout()).isEqualTo("\0");
    }

    @Test
    void handsOverOutputsWithTheirExecutableFlag() throws Exception {
        // When
        shell("echo p > plain; echo x > tool; chmod +x tool").outputs("/w/plain", "/w/tool").run();

        // Then
        assertThat(received().outputs())
                .containsExactly(
                        new Received.Output("/w/plain", "p\n", false),
                        new Received.Output("/w/tool", "x\n", true));
    }

    @Test
    void leavesOutWhatWasNotWritten() throws Exception {
        // When
        var result = shell("echo a > a").outputs("/w/a", "/w/b", "/elsewhere/c").run();

        // Then
        assertThat(exitCode(result)).as(received().stderr()).isZero();
        assertThat(received().outputs()).containsExactly(new Received.Output("/w/a", "a\n", false));
    }

    @Test
    void makesDirectoriesOfOutputs() throws Exception {
        // When
        shell("echo o > /x/y/z.o").outputs("/x/y/z.o").run();

        // Then
        assertThat(received().outputs())
                .containsExactly(new Received.Output("/x/y/z.o", "o\n", false));
    }

    @Test
    void handsOverOutputThatReplacesInputOrToolchainFile() throws Exception {
        // Given
        Files.writeString(toolchain().resolve("usr/lib/spec"), "old");

        // When
        shell("echo new > /usr/lib/spec; echo new > in")
                .file("/w/in", "old")
                .outputs("/usr/lib/spec", "/w/in")
                .run();

        // Then
        assertThat(received().outputs())
                .containsExactly(
                        new Received.Output("/usr/lib/spec", "new\n", false),
                        new Received.Output("/w/in", "new\n", false));
        assertThat(toolchain().resolve("usr/lib/spec")).hasContent("old");
    }

    @Test
    void leavesOutOutputThatIsStillAsTheInputOrToolchainHadIt() throws Exception {
        // Given
        Files.writeString(toolchain().resolve("usr/lib/spec"), "old");

        // When
        shell("cat /usr/lib/spec in").file("/w/in", "old").outputs("/usr/lib/spec", "/w/in").run();

        // Then
        assertThat(received().stdout()).isEqualTo("oldold");
        assertThat(received().outputs()).isEmpty();
    }

    @Test
    void keepsSourceOfAnInputAsItIsWhateverTheJobDoes() throws Exception {
        // Given
        var job = shell("echo more >> in; chmod 777 in; cat in").file("/w/in", "data\n");

        // When
        var result = job.run();

        // Then
        assertThat(exitCode(result)).as(received().stderr()).isZero();
        assertThat(received().stdout()).isEqualTo("data\nmore\n");
        assertThat(job.source()).hasContent("data\n");
    }

    @Test
    void runsTwentyJobsAtOnce() throws Exception {
        // Given
        var jobs = new ArrayList<Callable<String>>();
        for (int i = 0; i < 20; i++) {
            String text = "job " + i + "\n";
            jobs.add(() -> {
                var received = new Received();
                shell("cat in > out; cat out").file("/w/in", text).outputs("/w/out").run(received);
                return received.stdout() + received.outputs().getFirst().content();
            });
        }

        // When
        var results = new ArrayList<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var future : threads.invokeAll(jobs)) {
                results.add(future.get());
            }
        }

        // Then
        assertThat(results).hasSize(20);
        for (int i = 0; i < 20; i++) {
            assertThat(results.get(i)).isEqualTo("job " + i + "\njob " + i + "\n");
        }
    }

    /** More than are prepared for, and their requests are not sent in one piece. */
    @Test
    void runsFortyJobsWithLargeInputsAtOnce() throws Exception {
        // Given
        String text = "x".repeat(1 << 20);
        var jobs = new ArrayList<Callable<String>>();
        for (int i = 0; i < 40; i++) {
            String number = "" + i;
            jobs.add(() -> {
                var received = new Received();
                shell("sleep 0.05; wc -c < in; echo " + number)
                        .file("/w/in", text + number)
                        .run(received);
                return received.stdout();
            });
        }

        // When
        var results = new ArrayList<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var future : threads.invokeAll(jobs)) {
                results.add(future.get());
            }
        }

        // Then
        for (int i = 0; i < 40; i++) {
            int size = text.length() + ("" + i).length();
            assertThat(results.get(i)).isEqualTo(size + "\n" + i + "\n");
        }
    }

    @Test
    void killsWhatRunsForTooLong() throws Exception {
        // When
        var result = shell("sleep 1000 & sleep 1000").wallTime(Duration.ofMillis(300)).run();

        // Then
        assertThat(limit(result)).isEqualTo(Limit.WALL_TIME);
        assertThat(received().events()).isEmpty();
        assertNothingRuns();
    }

    @Test
    void killsWhatFloodsStdout() throws Exception {
        // When
        var result = shell("cat /dev/zero").stdioBytesMax(1 << 20).run();

        // Then
        assertThat(limit(result)).isEqualTo(Limit.STDIO_BYTES);
        assertThat(received().events()).isEmpty();
        assertNothingRuns();
    }

    @Test
    void killsWhatFloodsStderr() throws Exception {
        // When
        var result = shell("cat /dev/zero >&2").stdioBytesMax(1 << 20).run();

        // Then
        assertThat(limit(result)).isEqualTo(Limit.STDIO_BYTES);
    }

    @Test
    void keepsOutputUpToTheBound() throws Exception {
        // When
        var result = shell("head -c 65536 /dev/zero").stdioBytesMax(65536).run();

        // Then
        assertThat(exitCode(result)).as(received().stderr()).isZero();
        assertThat(received().stdout()).hasSize(65536);
    }

    @Test
    void refusesOutputThatIsTooLarge() throws Exception {
        // When
        var result = shell("head -c 5000 /dev/zero > a").outputs("/w/a").outputBytesMax(4096).run();

        // Then
        assertThat(limit(result)).isEqualTo(Limit.OUTPUT_BYTES);
        assertThat(received().events()).isEmpty();
    }

    @Test
    void refusesSparseOutputThatIsTooLargeWithoutReadingIt() throws Exception {
        // When
        var result = shell("truncate -s 1T a").outputs("/w/a").run();

        // Then
        assertThat(result)
                .satisfiesAnyOf(
                        r -> assertThat(limit(r)).isEqualTo(Limit.OUTPUT_BYTES),
                        r -> assertThat(exitCode(r)).isNotZero());
    }

    @Test
    void killsTheJobWhenInterrupted() throws Exception {
        // Given
        var caught = new ArrayList<Exception>();
        var thread =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                shell("sleep 1000").run();
                            } catch (Exception e) {
                                caught.add(e);
                            }
                        });
        awaitSomethingRuns();

        // When
        thread.interrupt();
        thread.join();

        // Then
        assertThat(caught).singleElement().isInstanceOf(InterruptedException.class);
        assertNothingRuns();
        assertNothingLeft();
    }

    @Test
    void leavesNothingOfAJobBehind() throws Exception {
        // When
        shell("mkdir -p a/b/c; echo x > a/b/c/d; chmod 000 a/b/c a/b a; ln -s /etc /w/l").run();

        // Then
        assertNothingLeft();
    }

    @Test
    void leavesNothingOfDirectoriesTooDeepForAPath() throws Exception {
        // When
        var result = attempt("deep", "300").run();

        // Then
        assertThat(exitCode(result)).as(received().stderr()).isZero();
        assertNothingLeft();
    }

    @Test
    void leavesNothingRunningThatTheJobPutIntoTheBackground() throws Exception {
        // When
        var result = shell("(sleep 1000 >/dev/null 2>&1 &) ; echo done").run();

        // Then
        assertThat(exitCode(result)).as(received().stderr()).isZero();
        assertNothingRuns();
    }

    @Test
    void stopsJobsWhenClosed() throws Exception {
        // Given
        var caught = new ArrayList<Exception>();
        var thread =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                shell("sleep 1000").run();
                            } catch (Exception e) {
                                caught.add(e);
                            }
                        });
        awaitSomethingRuns();

        // When
        sandbox().close();
        thread.join();

        // Then
        assertThat(caught).singleElement().isInstanceOf(IOException.class);
        assertNothingRuns();
        assertNothingLeft();
        assertThatThrownBy(shell("exit 0")::run)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void refusesPathsThatAreNotPlain() {
        for (String path : List.of("relative", "/a/../b", "/a/./b", "/a//b", "/a/", "", "/a\0b")) {
            assertThatThrownBy(shell("exit 0").cwd(path)::run)
                    .as("cwd '%s'", path)
                    .isInstanceOf(SandboxException.class);
            assertThatThrownBy(shell("exit 0").outputs(path)::run)
                    .as("output '%s'", path)
                    .isInstanceOf(SandboxException.class);
            assertThatThrownBy(shell("exit 0").directory(path)::run)
                    .as("input '%s'", path)
                    .isInstanceOf(SandboxException.class);
        }
    }

    @Test
    void saysWhatHoldsAndWhatDoesNot() {
        // When
        SandboxReport report = sandbox().report();

        // Then
        assertThat(report.name()).isNotBlank();
        assertThat(report.protections()).isNotEmpty().doesNotContain("");
        assertThat(report.gaps()).doesNotContain("");
    }

    static int exitCode(SandboxResult result) {
        assertThat(result).isInstanceOf(Ended.class);
        return ((Ended) result).exitCode();
    }

    static Limit limit(SandboxResult result) {
        assertThat(result).isInstanceOf(LimitExceeded.class);
        return ((LimitExceeded) result).limit();
    }
}
