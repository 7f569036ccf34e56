package io.cachepot.client.compiler;

import io.cachepot.protocol.Bytes;
import java.io.IOException;
import java.util.List;

/** Runs a program where the build runs, with the build's environment, and waits for it. */
@FunctionalInterface
public interface ProgramRunner {
    /**
     * Runs {@code path} with stdin from {@code /dev/null} and takes what it prints.
     *
     * @param arguments argv, argv[0] included
     * @param environment changes to the environment: {@code NAME=value} sets, {@code NAME} unsets
     * @throws IOException when the build has gone away
     */
    Output run(String path, List<String> arguments, List<String> environment)
            throws IOException, InterruptedException;

    /**
     * What came of it.
     *
     * @param isSuccess whether it exited with 0
     */
    record Output(boolean isSuccess, Bytes stdout, Bytes stderr) {
        public String stdoutText() {
            return stdout.toUtf8();
        }

        public String stderrText() {
            return stderr.toUtf8();
        }
    }
}
