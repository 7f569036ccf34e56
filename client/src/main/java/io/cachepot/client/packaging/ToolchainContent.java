package io.cachepot.client.packaging;

import io.cachepot.client.compiler.Compiler;
import io.cachepot.client.compiler.Programs;
import io.cachepot.client.compiler.rustc.RustCompiler;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the archive of a toolchain is made of.
 *
 * @param executable for people
 * @param programs that decide what it does
 * @param files that go into the archive
 */
public record ToolchainContent(Path executable, Programs programs, List<Path> files) {
    public ToolchainContent {
        files = List.copyOf(files);
    }

    /** Of gcc or clang: all of its programs, and the files by which it finds its way. */
    public static ToolchainContent of(Compiler compiler) {
        var files = new ArrayList<>(compiler.programs().paths());
        files.addAll(compiler.data());
        return new ToolchainContent(compiler.executable(), compiler.programs(), files);
    }

    /**
     * Of rustc: what compiles a crate for the host. Linkers stay here, and of the crates that come
     * with it only what they promise goes along, where that is a file of its own.
     */
    public static ToolchainContent of(RustCompiler compiler) {
        List<Path> all = compiler.programs().paths();
        Path own = compiler.libraries(compiler.host()).resolve("bin");
        List<Path> files =
                all.stream()
                        .filter(file -> !file.startsWith(own))
                        .filter(file -> !isSpokenFor(file, all))
                        .toList();
        return new ToolchainContent(compiler.real(), compiler.programs(), files);
    }

    private static boolean isSpokenFor(Path file, List<Path> all) {
        String name = file.toString();
        return name.endsWith(".a")
                || (name.endsWith(".rlib")
                        && all.contains(Path.of(name.replaceFirst("rlib$", "rmeta"))));
    }

    Digest identity() {
        return programs.identity();
    }

    boolean isUnchanged() throws IOException {
        return programs.areUnchanged();
    }
}
