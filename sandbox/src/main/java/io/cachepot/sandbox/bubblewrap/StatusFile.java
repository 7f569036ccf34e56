package io.cachepot.sandbox.bubblewrap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * What bubblewrap says about one job, in a file outside of the job's root: first the process id of
 * the sandbox's first process, at the end the exit code, and that only if the program was started.
 */
record StatusFile(Path path) {
    private static final Pattern CHILD = Pattern.compile("\"child-pid\": (\\d{1,10})");
    private static final Pattern EXIT = Pattern.compile("\"exit-code\": (\\d{1,3}) ");

    /** On the host, of process 1 inside. */
    OptionalLong firstPid() throws IOException {
        var matcher = CHILD.matcher(read());
        return matcher.find()
                ? OptionalLong.of(Long.parseLong(matcher.group(1)))
                : OptionalLong.empty();
    }

    OptionalInt exitCode() throws IOException {
        var matcher = EXIT.matcher(read());
        return matcher.find()
                ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
                : OptionalInt.empty();
    }

    private String read() throws IOException {
        try {
            return Files.readString(path);
        } catch (NoSuchFileException _) {
            return ""; // not yet
        }
    }
}
