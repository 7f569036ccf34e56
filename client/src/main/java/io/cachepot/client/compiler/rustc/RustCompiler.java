package io.cachepot.client.compiler.rustc;

import io.cachepot.client.compiler.Programs;
import io.cachepot.protocol.Digest;
import java.nio.file.Path;

/**
 * A rustc, or a clippy-driver, that we know how to cache.
 *
 * @param executable as found on PATH or given, absolute; rustup's proxy where that stands for it
 * @param real the program that does it
 * @param sysroot where its own libraries are, and the crates that come with it
 * @param host the target that it compiles for unless told otherwise
 * @param version what it says of itself, one line
 * @param programs every file whose content decides what it does, the host's crates among them
 */
public record RustCompiler(
        Path executable, Path real, Path sysroot, String host, String version, Programs programs) {

    public Digest identity() {
        return programs.identity();
    }

    /** Where the crates of {@code target} are that come with it. */
    public Path libraries(String target) {
        return sysroot.resolve("lib/rustlib").resolve(target);
    }
}
