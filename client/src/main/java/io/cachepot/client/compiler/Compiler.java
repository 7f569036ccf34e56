package io.cachepot.client.compiler;

import io.cachepot.client.include.FileStamp;
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
 * @param identity digest of all of them: another compiler has another one
 * @param data files that it only looks for on a machine where it shall run: they decide where it
 *     searches
 * @param missing where a program would be found instead of one of these, if it were there
 */
public record Compiler(
        Path executable,
        Family family,
        boolean isCxxDriver,
        String version,
        List<Program> programs,
        Digest identity,
        List<Path> data,
        List<Path> missing) {
    private static final int GCC_WITH_SOURCE_DATE = 7;
    private static final int CLANG_WITH_SOURCE_DATE = 16;

    public Compiler {
        programs = List.copyOf(programs);
        data = List.copyOf(data);
        missing = List.copyOf(missing);
    }

    /** Who made it; decides on option tables and packaging. */
    public enum Family {
        GCC,
        CLANG
    }

    /**
     * One file of the compiler, with the stamp it had when its content was taken into {@code
     * identity}.
     */
    public record Program(Path file, FileStamp stamp) {}

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
        for (Program program : programs) {
            if (!program.stamp().isOf(program.file())) {
                return false;
            }
        }
        for (Path path : missing) {
            if (FileStamp.of(path).isPresent()) {
                return false;
            }
        }
        return true;
    }
}
