package io.cachepot.client.wrapper;

import java.nio.file.Path;

/** The two builds of the native wrapper. */
enum WrapperBinary {
    NORMAL("cachepot"),
    /** Stops with a report at the first bad memory access, overflow or leak. */
    SANITIZED("cachepot-sanitized");

    private final String fileName;

    WrapperBinary(String fileName) {
        this.fileName = fileName;
    }

    Path path() {
        return Path.of("target", "wrapper", fileName).toAbsolutePath();
    }
}
