package io.cachepot.sandbox.bubblewrap;

import io.cachepot.protocol.Bytes;
import io.cachepot.sandbox.Sandbox;
import io.cachepot.sandbox.SandboxException;
import io.cachepot.sandbox.SandboxLimits;
import io.cachepot.sandbox.SandboxReceiver;
import io.cachepot.sandbox.SandboxResult;
import io.cachepot.sandbox.SandboxResult.Limit;
import io.cachepot.sandbox.SandboxResult.LimitExceeded;
import io.cachepot.sandbox.SandboxSpec;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A job that tries to get out, as the start's proof that none can: it looks for the host's files
 * and network, for other processes, for settings of the kernel, mounts and namespaces, and for more
 * memory and processes than it may have. The helper is static, so it is a toolchain by itself.
 *
 * @param toolchain which has the helper, and nothing else, as {@code host}
 */
record SelfTest(Sandbox sandbox, Path toolchain) {
    private static final long MEMORY_BYTES_MAX = 32 << 20;
    private static final int PROCESSES_MAX = 16;
    private static final SandboxLimits LIMITS =
            new SandboxLimits(
                    Duration.ofSeconds(20), 1 << 16, 1 << 20, PROCESSES_MAX, MEMORY_BYTES_MAX);

    /**
     * Fails when something worked.
     *
     * @param hasGroups whether memory and processes of one job are said to be bounded
     * @throws SandboxException with what worked
     */
    void run(boolean hasGroups) throws IOException, InterruptedException {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var said = new Words();
            SandboxResult result = attempt("try", listener.getLocalPort(), said);
            if (!(result instanceof SandboxResult.Ended(var exitCode, _, _)) || exitCode != 0) {
                throw new SandboxException(
                        "a job is not closed off here: "
                                + (said.text.isEmpty() ? result : said.text));
            }
        }
        if (hasGroups) {
            check(
                    attempt("try-memory", 2 * (int) (MEMORY_BYTES_MAX >> 20), new Words()),
                    Limit.MEMORY);
            check(attempt("try-processes", 2 * PROCESSES_MAX, new Words()), Limit.PROCESSES);
        }
    }

    private static void check(SandboxResult result, Limit limit) {
        if (!(result instanceof LimitExceeded(var exceeded, _)) || exceeded != limit) {
            throw new SandboxException(
                    "a job is not bounded here, expected the limit of "
                            + limit
                            + ", got "
                            + result);
        }
    }

    private SandboxResult attempt(String what, int number, SandboxReceiver said)
            throws IOException, InterruptedException {
        return sandbox.run(
                new SandboxSpec(
                        toolchain,
                        List.of(),
                        "/host",
                        List.of("host", what, Integer.toString(number)),
                        "/work",
                        Map.of(),
                        List.of(),
                        LIMITS),
                said);
    }

    private static final class Words implements SandboxReceiver {
        private String text = "";

        @Override
        public void stdout(Bytes bytes) {
            text = String.join(", ", bytes.toUtf8().lines().toList());
        }

        @Override
        public void stderr(Bytes bytes) {}

        @Override
        public void output(String path, long sizeBytes, boolean executable, InputStream content) {}
    }
}
