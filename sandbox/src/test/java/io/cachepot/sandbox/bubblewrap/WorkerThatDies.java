package io.cachepot.sandbox.bubblewrap;

import io.cachepot.protocol.Bytes;
import io.cachepot.sandbox.SandboxLimits;
import io.cachepot.sandbox.SandboxReceiver;
import io.cachepot.sandbox.SandboxSpec;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A process with a sandbox in which a job runs for a long time. */
final class WorkerThatDies {
    private WorkerThatDies() {}

    /** Toolchain and build directory. */
    public static void main(String[] arguments) throws Exception {
        var spec =
                new SandboxSpec(
                        Path.of(arguments[0]),
                        List.of(),
                        "/usr/bin/sh",
                        List.of("sh", "-c", "sleep 1000 & sleep 1000"),
                        "/w",
                        Map.of("PATH", "/usr/bin"),
                        List.of(),
                        SandboxLimits.DEFAULT);
        try (var sandbox = BubblewrapSandboxes.started(Path.of(arguments[1]))) {
            sandbox.run(spec, new Nobody());
        }
    }

    private static final class Nobody implements SandboxReceiver {
        @Override
        public void stdout(Bytes bytes) {}

        @Override
        public void stderr(Bytes bytes) {}

        @Override
        public void output(String path, long size, boolean executable, InputStream content) {}
    }
}
