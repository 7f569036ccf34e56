package io.cachepot.sandbox.bubblewrap;

import io.cachepot.protocol.Bytes;
import io.cachepot.sandbox.Sandbox;
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

    /** Toolchain, build directory, and whether a host runs the jobs. */
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
        Path build = Path.of(arguments[1]);
        boolean isHosted = Boolean.parseBoolean(arguments[2]);
        try (Sandbox sandbox =
                isHosted ? BubblewrapSandboxes.hosted(build) : BubblewrapSandboxes.started(build)) {
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
