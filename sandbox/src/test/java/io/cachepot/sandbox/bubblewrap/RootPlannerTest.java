package io.cachepot.sandbox.bubblewrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.sandbox.SandboxException;
import io.cachepot.sandbox.SandboxInput;
import io.cachepot.sandbox.SandboxLimits;
import io.cachepot.sandbox.SandboxSpec;
import io.cachepot.sandbox.bubblewrap.RootPlan.Entry;
import io.cachepot.sandbox.bubblewrap.RootPlan.PlannedOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RootPlannerTest {
    private static final Path ROOT = Path.of("/tc");

    @Test
    void mountsDirectoryOfTheToolchainWholeWhenNothingLiesInIt() throws IOException {
        // Given
        var toolchain = new FakeToolchain().file("usr/bin/gcc").file("usr/lib/libc.so");

        // When
        RootPlan plan = plan(toolchain, List.of(file("/w/a.c")), "/w");

        // Then
        assertThat(describe(plan))
                .containsExactly(
                        "dir dev", "dir proc", "dir tmp", "bind usr", "dir w", "file w/a.c");
    }

    @Test
    void makesDirectoryAnewWhereAnInputLiesBelow() throws IOException {
        // Given
        var toolchain =
                new FakeToolchain()
                        .file("usr/bin/gcc")
                        .file("usr/lib/gcc/12/cc1")
                        .file("usr/lib/gcc/12/include/own.h")
                        .link("usr/lib/gcc/13", "12")
                        .file("usr/lib/libc.so");

        // When
        RootPlan plan = plan(toolchain, List.of(file("/usr/lib/gcc/12/include/a.h")), "/w");

        // Then
        assertThat(describe(plan))
                .containsSubsequence(
                        "dir usr",
                        "bind usr/bin",
                        "dir usr/lib",
                        "dir usr/lib/gcc",
                        "dir usr/lib/gcc/12",
                        "bind-file usr/lib/gcc/12/cc1",
                        "dir usr/lib/gcc/12/include",
                        "file usr/lib/gcc/12/include/a.h",
                        "bind-file usr/lib/gcc/12/include/own.h",
                        "link usr/lib/gcc/13 -> 12",
                        "bind-file usr/lib/libc.so");
        assertThat(plan.mounts()).contains(new RootPlan.Mount(ROOT.resolve("usr/bin"), "usr/bin"));
    }

    @Test
    void inputWinsOverFileAndLinkOfTheToolchain() throws IOException {
        // Given
        var toolchain = new FakeToolchain().file("usr/a").link("usr/b", "a");

        // When
        RootPlan plan = plan(toolchain, List.of(file("/usr/a"), file("/usr/b")), "/w");

        // Then
        assertThat(describe(plan)).contains("file usr/a", "file usr/b");
        assertThat(plan.mounts()).isEmpty();
    }

    @Test
    void followsLinksOfTheToolchainInTheTreeOnly() throws IOException {
        // Given
        var toolchain =
                new FakeToolchain()
                        .directory("usr/lib")
                        .link("lib", "usr/lib")
                        .link("etc", "/host/etc")
                        .link("up", "../../..//x/.");

        // When
        RootPlan plan =
                plan(toolchain, List.of(file("/lib/x"), file("/etc/y"), file("/up/z")), "/w");

        // Then
        assertThat(describe(plan))
                .contains("file usr/lib/x", "file host/etc/y", "file x/z", "link etc -> /host/etc");
    }

    @Test
    void followsLinksAmongTheInputsWhateverTheirOrder() throws IOException {
        // When
        RootPlan plan =
                plan(
                        new FakeToolchain(),
                        List.of(
                                file("/w/alias/x"),
                                new SandboxInput.Link("/w/alias", "other/../real"),
                                new SandboxInput.Link("/w/other", "far")),
                        "/w/alias/cwd");

        // Then
        assertThat(describe(plan))
                .contains(
                        "file w/real/x",
                        "dir w/far",
                        "dir w/real/cwd",
                        "link w/alias -> other/../real");
    }

    @Test
    void showsDirectoryOfTheToolchainAtTargetOfLinkThatReplacesIt() throws IOException {
        // Given
        var toolchain = new FakeToolchain().file("lib/a/x").file("usr/lib/a/y").file("lib/b/z");

        // When
        RootPlan plan =
                plan(toolchain, List.of(new SandboxInput.Link("/lib", "usr/lib")), "/usr/lib/a");

        // Then
        assertThat(describe(plan))
                .contains(
                        "link lib -> usr/lib",
                        "dir usr/lib/a",
                        "bind-file usr/lib/a/x",
                        "bind-file usr/lib/a/y",
                        "bind usr/lib/b");
    }

    @Test
    void existingDirectoryOfTheToolchainStaysWhole() throws IOException {
        // Given
        var toolchain = new FakeToolchain().file("usr/include/x.h");

        // When
        RootPlan plan = plan(toolchain, List.of(new SandboxInput.Directory("/usr/include")), "/w");

        // Then
        assertThat(describe(plan)).contains("bind usr").doesNotContain("dir usr/include");
    }

    @Test
    void hidesWhatTheToolchainHasWhereTheSandboxHasItsOwn() throws IOException {
        // Given
        var toolchain =
                new FakeToolchain().link("proc", "/proc").file("dev/sda").link("tmp", "/host/tmp");

        // When
        RootPlan plan = plan(toolchain, List.of(), "/");

        // Then
        assertThat(describe(plan)).containsExactly("dir dev", "dir proc", "dir tmp");
        assertThat(plan.hasTmpfs()).isTrue();
    }

    @Test
    void keepsTmpOnDiskWhenSomethingOfTheJobLiesThere() throws IOException {
        assertThat(plan(new FakeToolchain(), List.of(file("/tmp/a")), "/").hasTmpfs()).isFalse();
        assertThat(plan(new FakeToolchain(), List.of(), "/tmp").hasTmpfs()).isFalse();
        assertThat(plan(new FakeToolchain(), List.of(), "/tmp/a/b").hasTmpfs()).isFalse();
        assertThat(plan(new FakeToolchain(), List.of(), "/", "/tmp/o").hasTmpfs()).isFalse();
        assertThat(plan(new FakeToolchain(), List.of(), "/", "/o").hasTmpfs()).isTrue();
    }

    @Test
    void placesOutputsWhereLinksLead() throws IOException {
        // Given
        var toolchain = new FakeToolchain().directory("usr/lib").link("lib", "usr/lib");

        // When
        RootPlan plan = plan(toolchain, List.of(), "/", "/lib/new/a.o", "/b.o");

        // Then
        assertThat(plan.outputs())
                .containsExactly(
                        new PlannedOutput("/lib/new/a.o", "usr/lib/new", "a.o"),
                        new PlannedOutput("/b.o", "", "b.o"));
        assertThat(describe(plan)).contains("dir usr/lib/new");
    }

    @Test
    void copiesFileOfTheToolchainThatIsAlsoAnOutput() throws IOException {
        // When
        RootPlan plan = plan(new FakeToolchain().file("usr/specs"), List.of(), "/", "/usr/specs");

        // Then
        assertThat(plan.entries())
                .contains(new Entry.File("usr/specs", ROOT.resolve("usr/specs"), true, true));
    }

    @Test
    void takesInputAtADeviceForTheDevice() throws IOException {
        assertThat(describe(plan(new FakeToolchain(), List.of(file("/dev/null")), "/")))
                .doesNotContain("file dev/null");
    }

    @Test
    void refusesWhatFitsNowhere() {
        var toolchain =
                new FakeToolchain()
                        .file("usr/file")
                        .link("a", "b")
                        .link("b", "a")
                        .link("p", "proc");
        refuses(toolchain, file("/usr/file/x"), "'file' is a file");
        refuses(toolchain, file("/usr"), "where a directory is");
        refuses(toolchain, file("/a/x"), "at most 40 links");
        refuses(toolchain, file("/proc/x"), "/proc or /dev");
        refuses(toolchain, file("/p/x"), "/proc or /dev");
        refuses(toolchain, file("/proc/self/x"), "/proc or /dev");
        refuses(toolchain, new SandboxInput.Directory("/dev/shm"), "/proc or /dev");
        refuses(toolchain, new SandboxInput.Link("/dev", "x"), "where a directory is");
        refuses(toolchain, new SandboxInput.Link("/x", ""), "link to nothing");
        refuses(toolchain, file("/"), "below it");
        refuses(toolchain, file("/a/../b"), "'..'");
    }

    private static void refuses(FakeToolchain toolchain, SandboxInput input, String message) {
        assertThatThrownBy(() -> plan(toolchain, List.of(input), "/w"))
                .as(input.toString())
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("input");
    }

    @Test
    void refusesOutputThatIsADirectory() {
        assertThatThrownBy(() -> plan(new FakeToolchain().file("usr/x"), List.of(), "/", "/usr"))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("output is '/usr'");
    }

    private static SandboxInput file(String path) {
        return new SandboxInput.File(path, Path.of("/store/x"), false);
    }

    private static RootPlan plan(
            FakeToolchain toolchain, List<SandboxInput> inputs, String cwd, String... outputs)
            throws IOException {
        var spec =
                new SandboxSpec(
                        ROOT,
                        inputs,
                        "/bin/x",
                        List.of("x"),
                        cwd,
                        Map.of(),
                        List.of(outputs),
                        SandboxLimits.DEFAULT);
        return RootPlanner.plan(spec, ROOT, toolchain);
    }

    private static List<String> describe(RootPlan plan) {
        return plan.entries().stream().map(RootPlannerTest::describe).toList();
    }

    private static String describe(Entry entry) {
        return switch (entry) {
            case Entry.Directory(var path) -> "dir " + path;
            case Entry.File file -> "file " + file.path();
            case Entry.Link(var path, var target) -> "link " + path + " -> " + target;
            case Entry.MountDirectory(var path) -> "bind " + path;
            case Entry.MountFile(var path) -> "bind-file " + path;
        };
    }
}
