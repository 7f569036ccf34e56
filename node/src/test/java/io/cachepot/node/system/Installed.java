package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code bin/package} built and {@code bin/test} fetched. */
final class Installed {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Installed() {}

    /** A program of ours, as a user would install it. */
    static Path program(String name) {
        return need(ROOT.resolve("target/cachepot/bin").resolve(name), "run bin/package first");
    }

    /** The archive of a third party's project. */
    static Path source(String name) {
        return need(ROOT.resolve("target/sources").resolve(name), "run bin/test, which fetches it");
    }

    private static Path need(Path file, String remedy) {
        assertThat(Files.isReadable(file)).as("%s is missing: %s", file, remedy).isTrue();
        return file;
    }
}
