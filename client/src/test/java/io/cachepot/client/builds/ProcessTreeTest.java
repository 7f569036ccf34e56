package io.cachepot.client.builds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTreeTest {
    private static final Path HERE = Path.of("/where/it/compiles");

    @TempDir Path proc;

    private void process(int pid, String name, int parent, int session) throws IOException {
        process(pid, name, parent, session, "-j8\0all\0");
    }

    private void process(int pid, String name, int parent, int session, String arguments)
            throws IOException {
        Path directory = Files.createDirectory(proc.resolve(Integer.toString(pid)));
        Files.writeString(
                directory.resolve("stat"),
                "%d (%s) S %d %d %d 34816 1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 %d 1 2 3\n"
                        .formatted(pid, name, parent, pid, session, 1_000 + pid));
        Files.writeString(directory.resolve("cmdline"), "/usr/bin/" + name + "\0" + arguments);
        Files.createSymbolicLink(directory.resolve("cwd"), Path.of("/home/me/" + name));
    }

    private BuildProcess driver(int parent, int session) {
        return new ProcessTree(proc).driver(parent, session, HERE);
    }

    @Test
    void inATerminalItIsWhatWasTyped() throws IOException {
        // Given
        process(10, "gnome-terminal", 1, 10);
        process(20, "bash", 10, 20);
        process(30, "make", 20, 20);
        process(40, "make", 30, 20);
        process(50, "sh", 40, 20, "-c\0gcc\0");

        // Then
        assertThat(driver(50, 20))
                .isEqualTo(new BuildProcess(30, 1_030, "/usr/bin/make -j8 all", "/home/me/make"));
        assertThat(driver(30, 20).pid()).isEqualTo(30);
    }

    @Test
    void inAScriptItIsTheCommandOfIt() throws IOException {
        // Given
        process(20, "bash", 10, 20);
        process(30, "bash", 20, 20, "-e\0ci.sh\0");
        process(40, "make", 30, 20);
        process(50, "sh", 40, 20, "-ec\0cd sub && make\0");
        process(60, "make", 50, 20);
        process(70, "bash", 60, 20, "../libtool\0--mode=compile\0");

        // Then
        assertThat(driver(70, 20).pid()).isEqualTo(40);
        assertThat(driver(30, 20).pid()).as("the script itself compiles").isEqualTo(30);
    }

    @Test
    void whereAProgramRunsTheScriptItIsStillTheCommand() throws IOException {
        process(20, "runner", 10, 20);
        process(30, "bash", 20, 20, "step.sh\0");
        process(40, "ninja", 30, 20);
        process(50, "sh", 40, 20, "-c\0gcc\0");
        assertThat(driver(50, 20).pid()).isEqualTo(40);
    }

    @Test
    void aShellThatCompilesByItselfIsItsOwnBuild() throws IOException {
        process(20, "zsh", 1, 20);
        assertThat(driver(20, 20).pid()).isEqualTo(20);
    }

    @Test
    void whatLeadsASessionAndIsNoShellDrivesAllOfIt() throws IOException {
        process(20, "ninja", 1, 20);
        process(30, "sh", 20, 20, "-c\0gcc\0");
        assertThat(driver(30, 20).pid()).isEqualTo(20);
    }

    @Test
    void ancestorsOfAnotherSessionDoNotCount() throws IOException {
        process(20, "cargo", 10, 15);
        process(10, "init", 1, 10);
        assertThat(driver(20, 15).pid()).isEqualTo(20);
    }

    @Test
    void namesMayHoldBlanksAndParentheses() throws IOException {
        process(20, "a) S 7 (b", 1, 20);
        assertThat(driver(20, 20).startTicks()).isEqualTo(1_020);
    }

    @Test
    void whereNothingIsToBeSeenTheDirectoryIsAllThereIs() throws IOException {
        // Given
        Path garbage = Files.createDirectory(proc.resolve("7"));
        Files.writeString(garbage.resolve("stat"), "7 (sh");

        // Then
        var unseen = new BuildProcess(0, 0, "", HERE.toString());
        assertThat(driver(6, 6)).isEqualTo(unseen);
        assertThat(driver(7, 7)).isEqualTo(unseen);
        assertThat(driver(0, 0)).isEqualTo(unseen);
        assertThat(new ProcessTree(proc).isThere(unseen)).isTrue();
    }

    @Test
    void aPidThatCameAgainIsAnotherProcess() throws IOException {
        process(20, "make", 1, 20);
        var tree = new ProcessTree(proc);
        assertThat(tree.isThere(new BuildProcess(20, 1_020, "", ""))).isTrue();
        assertThat(tree.isThere(new BuildProcess(20, 999, "", ""))).isFalse();
        assertThat(tree.isThere(new BuildProcess(21, 1_021, "", ""))).isFalse();
    }

    @Test
    void itIsTrueOfTheKernelsOwn() throws IOException {
        // Given
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        int self = (int) ProcessHandle.current().pid();

        // When
        BuildProcess driver =
                new ProcessTree(Path.of("/proc")).driver(self, Integer.parseInt(fields[3]), HERE);

        // Then
        assertThat(driver.isSeen()).isTrue();
        assertThat(ProcessHandle.of(driver.pid())).isPresent();
        assertThat(driver.command()).isNotEmpty();
        assertThat(Path.of(driver.directory())).isAbsolute();
    }
}
