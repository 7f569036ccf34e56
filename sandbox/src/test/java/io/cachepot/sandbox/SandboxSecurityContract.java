package io.cachepot.sandbox;

import static io.cachepot.sandbox.SandboxContract.exitCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.sandbox.SandboxResult.Ended;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no job gets out of any {@link Sandbox}, whatever it tries. Numbers are those of the table of
 * attempts in docs/.
 */
public abstract class SandboxSecurityContract extends SandboxFixture {
    /** Whether a job can not even change its own view of the toolchain. */
    protected boolean isToolchainReadOnly() {
        return true;
    }

    /** 1: the host's files. */
    @Test
    void hostFilesAreNotThere() throws Exception {
        // Given
        Path secret = Files.writeString(base().resolve("secret"), "secret");

        // When
        shell("cat /etc/passwd /etc/shadow " + secret + "; ls -a /root /home /").run();

        // Then
        assertThat(received().stdout()).doesNotContain("root:", "secret", "boot", "sys");
        assertThat(received().stderr()).contains("/etc/shadow: No such file", secret.toString());
    }

    /** 2 and 3: the worker's environment. */
    @Test
    void environmentOfTheWorkerIsNotThere() throws Exception {
        // When
        shell("env; cat /proc/1/environ /proc/self/environ").run();

        // Then
        assertThat(System.getenv()).as("the worker has one").isNotEmpty();
        for (var variable : System.getenv().entrySet()) {
            if (!variable.getKey().matches("PATH|PWD|_|SHLVL|OLDPWD")) {
                assertThat(received().stdout()).doesNotContain(variable.getKey() + "=");
            }
        }
    }

    /** 4: the toolchain. */
    @Test
    void toolchainCanNotBeChanged() throws Exception {
        // Given
        List<String> attempts =
                List.of(
                        "echo x >> /usr/bin/cat",
                        "echo x > /usr/bin/new",
                        "chmod 777 /usr/bin/cat",
                        "rm /usr/bin/cat",
                        "mv /usr/bin/cat /usr/bin/dog",
                        "mkdir /usr/bin/new",
                        "ln /usr/bin/cat /w/cat",
                        "touch /usr/bin/cat");
        String before = treeOf(toolchain());

        // When
        for (String attempt : attempts) {
            int exitCode = exitCode(shell("(" + attempt + ") 2>/dev/null").run());
            if (isToolchainReadOnly()) {
                assertThat(exitCode).as(attempt).isNotZero();
            }
            // Not even for the next job.
            assertThat(exitCode(shell("ls /usr/bin/new; cat /dev/null").run())).isZero();
            assertThat(received().stdout()).as(attempt).isEmpty();
        }

        // Then
        assertThat(treeOf(toolchain())).isEqualTo(before);
    }

    /** 4, where inputs lie around what is mounted: the host's side has to stay as it is. */
    @Test
    void toolchainAroundInputsCanNotBeChanged() throws Exception {
        // Given
        String before = treeOf(toolchain());

        // When
        shell(
                        "echo x >> /usr/bin/cat; chmod 777 /usr/bin/cat; rm -f /usr/bin/cat; mv /usr/bin"
                                + " /usr/nib; rm -rf /usr/lib /lib /bin")
                .file("/usr/bin/input", "x")
                .run();

        // Then
        assertThat(treeOf(toolchain())).isEqualTo(before);
    }

    private static String treeOf(Path root) throws Exception {
        return TestToolchain.output("find", root.toString(), "-printf", "%p %m %s %l %T@ %n\\n");
    }

    /** 5: mounts. */
    @Test
    void mountsCanNotBeChanged() throws Exception {
        for (String path : List.of("/usr", "/", "/proc", "/tmp")) {
            assertStopped("remount", path);
            assertStopped("umount", path);
        }
    }

    /** 6: the network. The listener is real and would be reached. */
    @Test
    void networkIsNotThere() throws Exception {
        try (var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            // Given
            String port = Integer.toString(listener.getLocalPort());
            listener.setSoTimeout(10_000);
            assertThat(outside("connect", "127.0.0.1", port)).isZero();
            listener.accept().close();
            listener.setSoTimeout(1);

            // When
            for (String host : List.of("127.0.0.1", "8.8.8.8", ownAddress())) {
                assertStopped("connect", host, port);
            }

            // Then
            assertThat(connects(listener)).isFalse();
        }
    }

    private static String ownAddress() throws IOException {
        return InetAddress.getLocalHost().getHostAddress();
    }

    private static boolean connects(ServerSocket listener) throws IOException {
        try {
            listener.accept().close();
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        }
    }

    /** 7: sockets that lead out by other ways. */
    @Test
    void socketsAreLocalOnly() throws Exception {
        String unix = "1";
        String netlink = "16";
        String packet = "17";
        String vsock = "40";
        assertThat(outside("socket", netlink)).isZero();
        assertThat(exitCode(attempt("socket", unix).run())).isZero();
        for (String family : List.of(netlink, packet, vsock)) {
            assertStopped("socket", family);
        }
    }

    /** 8: other jobs. */
    @Test
    void jobsDoNotSeeEachOther() throws Exception {
        // Given
        shell("echo secret > /w/of-first; echo secret > /tmp/of-first").run();

        // When
        shell("ls -R /w /tmp; ls /dev").run();

        // Then
        assertThat(received().stdout()).doesNotContain("of-first", "shm");
    }

    /** 9: processes outside. */
    @Test
    void processesOfTheHostCanNotBeSeenOrKilled() throws Exception {
        // Given
        Process victim = new ProcessBuilder("sleep", "1000").start();
        try {
            // When
            assertStopped("kill", Long.toString(victim.pid()), "9");
            shell("ls /proc").run();

            // Then
            assertThat(received().stdout().lines())
                    .doesNotContain(Long.toString(ProcessHandle.current().pid()));
            assertThat(victim.isAlive()).isTrue();
        } finally {
            victim.destroyForcibly();
        }
    }

    /** 10: the process group of the worker, and all that can be signalled. */
    @Test
    void killingEverybodyHitsTheJobOnly() throws Exception {
        // Given
        Process victim = new ProcessBuilder("sleep", "1000").start();
        try {
            // When
            SandboxResult group = attempt("kill", "0", "9").run();
            SandboxResult all = attempt("kill", "-1", "9").run();

            // Then
            assertThat(exitCode(group)).isEqualTo(128 + 9);
            assertThat(all).isInstanceOf(Ended.class);
            assertThat(victim.isAlive()).isTrue();
        } finally {
            victim.destroyForcibly();
        }
    }

    /** 11: looking into processes, even its own. */
    @Test
    void processesAreNotTraced() throws Exception {
        for (String attempt : List.of("ptrace", "process-vm")) {
            assertThat(outside(attempt)).isZero();
            assertStopped(attempt);
        }
    }

    /** 12: user namespaces within. */
    @Test
    void userNamespacesCanNotBeMade() throws Exception {
        // Given
        assertThat(outside("unshare")).isZero();

        // When
        // Then
        assertStopped("unshare");
        for (String attempt : List.of("clone-user", "clone3-user")) {
            assertThat(outside(attempt)).isZero();
            assertStopped(attempt);
        }
    }

    /** 15: parts of the kernel that compilers do not use; some need more rights outside, too. */
    @Test
    void rarePartsOfTheKernelAreOutOfReach() throws Exception {
        assertThat(outside("call", "keyctl")).isZero();
        for (String call :
                List.of(
                        "bpf",
                        "perf_event_open",
                        "io_uring_setup",
                        "keyctl",
                        "add_key",
                        "userfaultfd",
                        "fsopen",
                        "pivot_root")) {
            assertStopped("call", call);
        }
    }

    /** 13 and 14: settings of the kernel. */
    @Test
    void settingsOfTheKernelCanNotBeChanged() throws Exception {
        for (String path :
                List.of(
                        "/proc/sys/kernel/core_pattern",
                        "/proc/sys/kernel/modprobe",
                        "/proc/sys/kernel/hostname",
                        "/proc/sysrq-trigger",
                        "/proc/sys/vm/drop_caches",
                        "/proc/sys/user/max_user_namespaces")) {
            assertStopped("open-for-writing", path);
        }
    }

    /** 16: devices. */
    @Test
    void devicesCanNotBeMade() throws Exception {
        assertStopped("mknod", "/w/null");
    }

    /** 17: more rights through a program of the job or of an input. */
    @Test
    void setuidGivesNothing() throws Exception {
        // When
        shell("cp /usr/bin/id mine; chmod 6755 mine; ./mine; id").run();

        // Then
        assertThat(received().stdout().lines().distinct().toList()).hasSize(1);
        assertThat(received().stdout()).contains("uid=1000").doesNotContain("uid=0");
    }

    /** 18: more processes than the host can bear. */
    @Test
    void processesAreBounded() throws Exception {
        // When
        SandboxResult result = attempt("fork", "3000").processesMax(64).run();

        // Then
        if (hasGroups()) {
            assertThat(SandboxContract.limit(result)).isEqualTo(SandboxResult.Limit.PROCESSES);
        } else {
            assertThat(exitCode(result)).isEqualTo(1);
            assertThat(received().stderr()).startsWith("fork: ");
        }
        assertNothingRuns();
    }

    /** 19: more memory than the job may have; of one process, and of none. */
    @ParameterizedTest
    @ValueSource(strings = {"memory", "memfd"})
    void memoryIsBounded(String kind) throws Exception {
        if (!hasGroups()) {
            assertGap("memory");
            return;
        }
        assertThat(outside(kind, "200")).isZero();

        // When
        SandboxResult result = attempt(kind, "200").memoryBytesMax(64 << 20).run();

        // Then
        assertThat(SandboxContract.limit(result)).isEqualTo(SandboxResult.Limit.MEMORY);
        assertThat(exitCode(attempt(kind, "30").memoryBytesMax(64 << 20).run())).isZero();
        assertNothingRuns();
    }

    /** 19, of a job that goes on after a part of it was killed: the end is not what it seems. */
    @Test
    void jobOfWhichAPartWasKilledForMemoryIsNotTakenForWhole() throws Exception {
        if (!hasGroups()) {
            assertGap("memory");
            return;
        }

        // When
        SandboxResult result =
                shell("attempt memory 200; echo object > /work/out.o; exit 0")
                        .outputs("/work/out.o")
                        .memoryBytesMax(64 << 20)
                        .run();

        // Then
        assertThat(SandboxContract.limit(result)).isEqualTo(SandboxResult.Limit.MEMORY);
        assertThat(received().outputs()).isEmpty();
    }

    /** 20: the host's memory or disk, by files. */
    @ParameterizedTest
    @ValueSource(strings = {"/tmp", "/work", "/dev", "/"})
    void filesAreBounded(String directory) throws Exception {
        if (!boundsFiles() && !directory.equals("/tmp")) {
            assertGap("disk space");
            return;
        }
        Path outside = Files.createDirectory(base().resolve("outside"));
        assertThat(outside("fill", outside.toString(), "5", "10")).isZero();

        // When
        SandboxResult result =
                attempt("fill", directory, "5", "10").cwd("/work").outputBytesMax(20 << 20).run();

        // Then
        assertThat(exitCode(result)).isEqualTo(1);
        assertThat(received().stderr())
                .containsAnyOf("No space left", "Permission denied", "Read-only");
    }

    /** 21: more files than the host's memory can bear. */
    @Test
    void numberOfFilesIsBounded() throws Exception {
        if (!boundsFiles()) {
            assertGap("disk space");
            return;
        }

        // When
        SandboxResult result = attempt("fill", "/work", "250000", "0").cwd("/work").run();

        // Then
        assertThat(exitCode(result)).isEqualTo(1);
        assertThat(received().stderr()).contains("No space left");
    }

    private boolean hasGroups() {
        return sandbox().report().protections().stream()
                .anyMatch(each -> each.contains("control groups"));
    }

    /** Whether a job's files are in memory of their own. */
    protected boolean boundsFiles() {
        return false;
    }

    /** What does not hold is at least told. */
    private void assertGap(String of) {
        assertThat(sandbox().report().gaps()).anyMatch(gap -> gap.contains(of));
    }

    /** 30: an output that is another name of a file of the toolchain. */
    @Test
    void outputThatIsAHardLinkGivesNoMoreThanTheJobSees() throws Exception {
        // Given
        Path file = toolchain().resolve("usr/bin/attempt");
        byte[] content = Files.readAllBytes(file);
        long links = ((Number) Files.getAttribute(file, "unix:nlink")).longValue();

        // When
        shell("ln /usr/bin/attempt /work/out.o && echo more >> /work/out.o")
                .outputs("/work/out.o")
                .run();

        // Then
        assertThat(Files.getAttribute(file, "unix:nlink")).isEqualTo((int) links);
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    /** 33: a working directory that leads elsewhere. */
    @Test
    void workingDirectoryLeadsNowhereOutside() throws Exception {
        // Given
        Path secret = Files.writeString(base().resolve("secret"), "secret");

        // When
        var result = shell("pwd; cat secret").link("/work", base().toString()).cwd("/work").run();

        // Then
        assertThat(exitCode(result)).isNotZero();
        assertThat(received().stdout()).doesNotContain("secret\n" + Files.readString(secret));
        for (String directory : List.of("/../../etc", "/proc/1/root/etc")) {
            assertThatThrownBy(shell("cat passwd").cwd(directory)::run)
                    .as(directory)
                    .isInstanceOf(SandboxException.class);
        }
    }

    /** 35 and more: what a job inherits. */
    @Test
    void nothingIsInherited() throws Exception {
        // When
        shell("ls /proc/self/fd; ulimit -c; ulimit -n; cat /proc/self/stat").run();

        // Then
        List<String> lines = received().stdout().lines().toList();
        assertThat(lines).startsWith("0", "1", "2", "3", "0");
        assertThat(Integer.parseInt(lines.get(5))).as("open files").isLessThanOrEqualTo(4096);
        String stat = lines.getLast();
        String niceness = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16];
        assertThat(Integer.parseInt(niceness)).isGreaterThanOrEqualTo(5);
    }

    /** 23: a process that stays behind and holds stdout. */
    @Test
    void daemonsDieWithTheJob() throws Exception {
        // When
        SandboxResult result = shell("sleep 1000 & echo started").run();

        // Then
        assertThat(exitCode(result)).isZero();
        assertThat(received().stdout()).isEqualTo("started\n");
        assertNothingRuns();
    }

    /** 25: an output that is a link out. */
    @Test
    void outputThatIsALinkIsNotFollowed() throws Exception {
        // Given
        Path secret = Files.writeString(base().resolve("secret"), "secret");

        // When
        shell(
                        "ln -s "
                                + secret
                                + " /w/a; ln -s ../../../../../../../etc/passwd /w/b; echo x >"
                                + " /w/c; ln -s c /w/d")
                .outputs("/w/a", "/w/b", "/w/d", "/w/c")
                .run();

        // Then
        assertThat(received().outputs()).containsExactly(new Received.Output("/w/c", "x\n", false));
    }

    /** 26: an output below a directory that is a link out. */
    @Test
    void outputBelowALinkIsNotFollowed() throws Exception {
        // Given
        Path outside = Files.createDirectory(base().resolve("outside"));
        Files.writeString(outside.resolve("a"), "secret");

        // When
        SandboxResult result =
                shell("rmdir /w/o && ln -s " + outside + " /w/o && rm -r /x/y && ln -s / /x/y")
                        .cwd("/")
                        .outputs("/w/o/a", "/x/y/etc/passwd")
                        .run();

        // Then
        assertThat(exitCode(result)).as(received().stderr()).isZero();
        assertThat(received().outputs()).isEmpty();
        assertThat(outside.resolve("a")).hasContent("secret");
    }

    /** 28: an output that would block who opens it. */
    @Test
    void outputThatIsNoRegularFileIsNotOpened() throws Exception {
        // When
        SandboxResult result = shell("mkfifo a; mkdir b").outputs("/w/a", "/w/b").run();

        // Then
        assertThat(exitCode(result)).isZero();
        assertThat(received().outputs()).isEmpty();
    }

    /** 31: a toolchain whose links lead out. */
    @Test
    void linksOfTheToolchainLeadNowhereOutside() throws Exception {
        // Given
        Path outside = Files.createDirectory(base().resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createSymbolicLink(toolchain().resolve("etc"), Path.of("/etc"));
        Files.createSymbolicLink(toolchain().resolve("out"), outside);
        Files.createSymbolicLink(toolchain().resolve("up"), Path.of("../outside"));

        // When
        shell("cat /out/secret /up/secret /etc/passwd; echo w > /up/out")
                .file("/out/input", "x")
                .file("/up/input", "x")
                .outputs("/out/o", "/up/o")
                .cwd("/up")
                .run();

        // Then
        assertThat(received().stdout()).doesNotContain("secret", "root:");
        try (var files = Files.list(outside)) {
            assertThat(files).containsExactly(outside.resolve("secret"));
        }
    }

    /** 32: a toolchain whose mount points are links out. */
    @Test
    void mountPointsOfTheToolchainAreNotUsed() throws Exception {
        // Given
        Path outside = Files.createDirectory(base().resolve("outside"));
        for (String name : List.of("proc", "dev", "tmp", "w")) {
            Files.createSymbolicLink(toolchain().resolve(name), outside);
        }

        // When
        SandboxResult result =
                shell("echo x > /dev/null && echo x > /tmp/x && ls /proc/self/exe").cwd("/").run();

        // Then
        assertThat(exitCode(result)).as(received().stderr()).isZero();
        assertThat(outside).isEmptyDirectory();
    }

    /** 22: what never ends, even if it ignores signals. */
    @Test
    void whatIgnoresSignalsIsKilled() throws Exception {
        // When
        SandboxResult result =
                shell("trap '' TERM INT HUP; while :; do :; done")
                        .wallTime(Duration.ofMillis(300))
                        .run();

        // Then
        assertThat(SandboxContract.limit(result)).isEqualTo(SandboxResult.Limit.WALL_TIME);
        assertNothingRuns();
    }

    private void assertStopped(String... attempt) throws Exception {
        assertThat(exitCode(attempt(attempt).run()))
                .as("%s: %s", List.of(attempt), received().stderr())
                .isEqualTo(1);
    }

    /** The same program, not in a sandbox: shows that the attempt is one. */
    private int outside(String... attempt) throws Exception {
        Path program = toolchain().resolve("usr/bin/attempt");
        assertThat(Files.exists(program, LinkOption.NOFOLLOW_LINKS)).isTrue();
        var words = new ArrayList<String>(List.of(program.toString()));
        words.addAll(List.of(attempt));
        return new ProcessBuilder(words).start().waitFor();
    }
}
