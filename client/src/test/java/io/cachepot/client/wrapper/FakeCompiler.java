package io.cachepot.client.wrapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A compiler that keeps a list of its runs, prints on both streams, makes an object and exits with
 * 3. With the argument {@code wait} it first says {@code begin} and waits for a file.
 */
final class FakeCompiler {
    static final int EXIT_CODE = 3;
    private final Path directory;
    private final Path path;

    private FakeCompiler(Path directory, Path path) {
        this.directory = directory;
        this.path = path;
    }

    static FakeCompiler in(Path directory) throws IOException {
        return named(directory, directory.resolve("fakecc"));
    }

    static FakeCompiler named(Path directory, Path path) throws IOException {
        executable(
                path,
                """
                #!/bin/sh
                cd '%s' || exit 9
                echo run >> runs
                if [ "$1" = wait ]; then
                    echo begin
                    while [ ! -e go ]; do sleep 0.01; done
                fi
                echo object > x.o
                echo out
                echo warning >&2
                exit 3
                """
                        .formatted(directory));
        return new FakeCompiler(directory, path);
    }

    /** Writes a script that can be run. */
    static Path executable(Path path, String text) throws IOException {
        Files.writeString(path, text);
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Lets a waiting one go on. */
    void go() throws IOException {
        Files.createFile(directory.resolve("go"));
    }

    String path() {
        return path.toString();
    }

    long runs() throws IOException {
        Path runs = directory.resolve("runs");
        return Files.exists(runs) ? Files.readAllLines(runs).size() : 0;
    }

    boolean hasMadeObject() throws IOException {
        Path object = directory.resolve("x.o");
        return Files.exists(object) && Files.readString(object).equals("object\n");
    }
}
