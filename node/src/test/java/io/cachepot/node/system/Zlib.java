package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A real project of others, built by its own configure script and make. */
final class Zlib {
    private static final String ARCHIVE = "zlib_1.2.13.dfsg.orig.tar.bz2";
    private static final String FOLDER = "zlib-1.2.13.dfsg";

    /** Of those that {@code make} leaves. */
    static final int OBJECTS = 30;

    private Zlib() {}

    /** A fresh tree below {@code parent}. */
    static Path unpack(Developer developer, Path parent) throws Exception {
        Files.createDirectories(parent);
        var ended = developer.run(parent, "tar", "-xjf", Installed.source(ARCHIVE).toString());
        assertThat(ended.exitCode()).as(ended.stderr()).isZero();
        return parent.resolve(FOLDER);
    }

    /** {@code CC=... ./configure}. */
    static void configure(Developer developer, Path tree, String compiler) throws Exception {
        var ended = developer.run(tree, "env", "CC=" + compiler, "./configure");
        assertThat(ended.exitCode()).as("%s%s", ended.stdout(), ended.stderr()).isZero();
    }

    static Map<String, byte[]> objects(Path tree) throws IOException {
        return Trees.files(tree, ".o", ".lo");
    }
}
