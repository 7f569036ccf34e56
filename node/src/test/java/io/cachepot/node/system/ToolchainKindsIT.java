package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.node.system.Developer.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Compilers that are not the system's own, and archives that are not ours: each compiles on a
 * worker, and its objects are those of the plain compiler.
 */
class ToolchainKindsIT extends OneWorkerTest {
    @BeforeEach
    void writeSources() throws Exception {
        Files.writeString(
                project.resolve("a.c"),
                "#include <stdio.h>\n#include <stddef.h>\nsize_t f(void) { return puts(\"x\"); }\n");
        Files.writeString(
                project.resolve("a.cc"),
                "#include <vector>\nint f() { std::vector<int> v(7); return (int) v.size(); }\n");
    }

    /** Compiles with both, and compares. */
    private void assertRemote(String compiler, String source) throws Exception {
        String[] command = {compiler, "-g", "-O2", "-c", source, "-o", "a.o"};
        assertThat(developer.run(project, command)).isEqualTo(new Ended(0, "", ""));
        byte[] object = Files.readAllBytes(project.resolve("a.o"));
        Files.delete(project.resolve("a.o"));

        Ended ended = developer.cachepot(project, command);

        assertThat(ended).isEqualTo(new Ended(0, "", ""));
        assertRemote(1);
        assertThat(Files.readAllBytes(project.resolve("a.o"))).isEqualTo(object);
    }

    /** An archive of icecream's making, by its file name of digits. */
    private Path icecreamEnvironment(String... arguments) throws Exception {
        Path directory = Files.createDirectory(developer.directory.resolve("icecream"));
        var command = new ArrayList<>(List.of("icecc-create-env"));
        command.addAll(List.of(arguments));
        Ended ended = developer.run(directory, command.toArray(String[]::new));
        assertThat(ended.exitCode()).as(ended.stderr()).isZero();
        try (var files = Files.list(directory)) {
            return files.findFirst().orElseThrow();
        }
    }

    private void override(String compiler, Path archive, String there) throws IOException {
        developer.configure(
                """
                [[dist.toolchains]]
                type = "path_override"
                compiler_executable = "%s"
                archive = "%s"
                archive_compiler_executable = "%s"
                """
                        .formatted(compiler, archive, there));
    }

    @Test
    void archiveOfIcecreamForGcc() throws Exception {
        Path archive =
                icecreamEnvironment(
                        "--gcc", "/usr/bin/gcc", "/usr/bin/g++", "--compression", "none");
        // Its own way to xz takes half a minute.
        Ended packed = developer.run(project, "xz", "-0", "-T2", archive.toString());
        assertThat(packed.exitCode()).as(packed.stderr()).isZero();
        archive = archive.resolveSibling(archive.getFileName() + ".xz");
        override("/usr/bin/g++", archive, "/usr/bin/g++");
        assertRemote("g++", "a.cc");
    }

    /** Its clang lies in /usr/bin, and has neither its headers nor another name beside it. */
    @Tag("slow")
    @Test
    void archiveOfIcecreamForClang() throws Exception {
        Path archive = icecreamEnvironment("--clang", "/usr/bin/clang", "--compression", "none");
        override("/usr/bin/clang++", archive, "/usr/bin/clang");
        assertRemote("clang++", "a.cc");
    }

    /** As a build of one's own is packed, for many machines. */
    @Tag("slow")
    @Test
    void archiveOfGccAtAnotherPlaceThanHere() throws Exception {
        // Given
        Path root = Files.createDirectory(developer.directory.resolve("root"));
        Path packed = developer.directory.resolve("gcc.tar.gz");
        developer.cachepot(project, "--package-toolchain", "/usr/bin/g++", packed.toString());
        Ended moved =
                developer.run(
                        root,
                        "sh",
                        "-ec",
                        """
                        tar -xf "$1"
                        mkdir -p builds/gcc/bin builds/gcc/lib
                        mv usr/lib/gcc builds/gcc/lib/gcc
                        for name in usr/bin/*g++*; do
                            if [ ! -h "$name" ]; then mv "$name" builds/gcc/bin/g++; else rm "$name"; fi
                        done
                        tar -czf ../moved.tar.gz .
                        """,
                        "sh",
                        packed.toString());
        assertThat(moved.exitCode()).as(moved.stderr()).isZero();
        override(
                "/usr/bin/g++", developer.directory.resolve("moved.tar.gz"), "/builds/gcc/bin/g++");

        // When
        // Then
        assertRemote("g++", "a.cc");
    }

    @Test
    void crossCompiler() throws Exception {
        assertRemote("aarch64-linux-gnu-gcc", "a.c");
    }

    @Test
    void clangThatWasMoved() throws Exception {
        // Given
        Path real = Path.of("/usr/bin/clang").toRealPath();
        Path resources =
                Path.of(developer.run(project, "clang", "-print-resource-dir").stdout().strip())
                        .toRealPath();
        Path moved = Files.createDirectories(developer.directory.resolve("opt/llvm/bin"));
        Path clang = moved.resolve("clang++");
        Files.copy(real, moved.resolve("clang"));
        Files.createSymbolicLink(clang, Path.of("clang"));
        Path there = moved.resolveSibling("lib").resolve("clang");
        Files.createDirectories(there);
        Ended copied = developer.run(project, "cp", "-r", resources.toString(), there.toString());
        assertThat(copied.exitCode()).as(copied.stderr()).isZero();

        // When
        // Then
        assertRemote(clang.toString(), "a.cc");
    }
}
