package io.cachepot.node.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Java does not tell of other processes: it cuts a command line off at a page. */
final class Processes {
    private Processes() {}

    /** All of its arguments, blanks between them; empty when it is gone. */
    static String commandLine(ProcessHandle process) {
        try {
            byte[] arguments = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/cmdline"));
            return new String(arguments, StandardCharsets.UTF_8).replace('\0', ' ');
        } catch (IOException _) {
            return ""; // gone, or somebody else's
        }
    }
}
