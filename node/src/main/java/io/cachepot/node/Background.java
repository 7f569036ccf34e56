package io.cachepot.node;

import io.cachepot.config.ProcessConfig;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs a command again as a daemon: in a session of its own, with nothing of this terminal. A JVM
 * can not fork, so the launcher is started anew; it says on a pipe when it is ready, or what is
 * wrong.
 */
final class Background {
    private static final String NOTIFY = "CACHEPOT_STARTUP_NOTIFY";
    private static final String READY = "ready";

    /** Set by the launcher script. */
    private static final String LAUNCHER = "CACHEPOT_DIST_LAUNCHER";

    private Background() {}

    /** Whether the command should go on in this very process. */
    static boolean isHere(ProcessConfig process) {
        return process.isForeground() || launcher().isEmpty();
    }

    private static Optional<String> launcher() {
        return Optional.ofNullable(System.getenv(LAUNCHER));
    }

    /**
     * Starts {@code arguments} in the background and waits until it is ready.
     *
     * @return the exit code of this command
     */
    static int start(List<String> arguments, ProcessConfig process) throws IOException {
        var command = new ArrayList<>(List.of("setsid", launcher().orElseThrow()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
        builder.redirectError(
                process.errorLog()
                        .map(file -> ProcessBuilder.Redirect.appendTo(file.toFile()))
                        .orElse(ProcessBuilder.Redirect.DISCARD));
        builder.environment().put("CACHEPOT_NO_DAEMON", "1");
        builder.environment().put(NOTIFY, "1");
        Process daemon = builder.start();
        try (BufferedReader told = daemon.inputReader()) {
            String line = told.readLine();
            while (line != null && !line.equals(READY)) {
                System.err.println(line);
                line = told.readLine();
            }
            return line == null ? Failure.EXIT_CODE : 0;
        }
    }

    /** Says to the command that started this process that all is well. */
    static void tellReady() {
        tell(READY + "\n");
    }

    /** Says what is wrong. */
    static void tellFailure(String text) {
        tell(text);
    }

    private static void tell(String text) {
        if (System.getenv(NOTIFY) != null) {
            System.out.print(text);
            System.out.flush();
        }
    }
}
