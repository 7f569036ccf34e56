package io.cachepot.client.compiler;

import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A compiler that we know how to cache.
 *
 * @param executable as found on PATH or given, absolute
 * @param isCxxDriver whether it takes {@code .c} for C++
 * @param version what it says of itself, one line
 * @param programs every file whose content decides what it does: driver, passes, assembler, and
 *     their shared libraries
 * @param data files that it only looks for on a machine where it shall run: they decide where it
 *     searches
 */
public record Compiler(
        Path executable,
        Family family,
        boolean isCxxDriver,
        String version,
        Programs programs,
        List<Path> data) {
    private static final int GCC_WITH_SOURCE_DATE = 7;
    private static final int CLANG_WITH_SOURCE_DATE = 16;

    public Compiler {
        data = List.copyOf(data);
    }

    /** Who made it; decides on option tables and packaging. */
    public enum Family {
        GCC,
        CLANG
    }

    /** Digest of all that it is made of: another compiler has another one. */
    public Digest identity() {
        return programs.identity();
    }

    /**
     * Whether {@code SOURCE_DATE_EPOCH} sets {@code __DATE__} and {@code __TIME__}: gcc since 7,
     * clang since 16.
     */
    public boolean readsSourceDateEpoch() {
        String number = version.substring(version.indexOf(' ') + 1);
        int major = Integer.parseInt(number.substring(0, number.indexOf('.')));
        return major >= (family == Family.GCC ? GCC_WITH_SOURCE_DATE : CLANG_WITH_SOURCE_DATE);
    }

    /** Whether every program still is what it was, and where it was. One {@code stat} each. */
    public boolean isUnchanged() throws IOException {
        return programs.areUnchanged();
    }
}
