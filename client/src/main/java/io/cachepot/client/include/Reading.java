package io.cachepot.client.include;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * How one compile reads files.
 *
 * @param cwd directory the compiler runs in
 * @param search where it looks for headers
 * @param forcedIncludes names that the command line includes; looked for in {@code cwd} first
 * @param opaque files that are no source text, though the compiler reads them
 * @param precompiled where it looks for precompiled headers by itself
 * @param namesPrecompiled whether the command line makes or names one
 * @param makesPrecompiled whether it makes one, which in clang's case holds the time of each file
 * @param isAssembler whether the source is the assembler's language
 * @param fixesClock whether {@code __DATE__} and {@code __TIME__} do not depend on the time
 * @param fixesTimestamp likewise {@code __TIMESTAMP__}
 */
public record Reading(
        Path cwd,
        SearchPath search,
        List<String> forcedIncludes,
        Set<Path> opaque,
        Precompiled precompiled,
        boolean namesPrecompiled,
        boolean makesPrecompiled,
        boolean isAssembler,
        boolean fixesClock,
        boolean fixesTimestamp) {
    public Reading {
        forcedIncludes = List.copyOf(forcedIncludes);
        opaque = Set.copyOf(opaque);
    }

    /** Rules of precompiled headers. */
    public enum Precompiled {
        /**
         * For every name that is included {@code name.gch} comes first, wherever {@code name} is
         * looked for. It need not be newer than the header.
         */
        GCC,

        /**
         * Only for names that the command line includes: {@code name.pch} or {@code name.gch}. It
         * holds the times of all headers in it, and an error is what comes of another time.
         */
        CLANG
    }
}
