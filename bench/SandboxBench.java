import io.cachepot.protocol.Bytes;
import io.cachepot.sandbox.Sandbox;
import io.cachepot.sandbox.SandboxInput;
import io.cachepot.sandbox.SandboxLimits;
import io.cachepot.sandbox.SandboxReceiver;
import io.cachepot.sandbox.SandboxResult;
import io.cachepot.sandbox.SandboxSpec;
import io.cachepot.sandbox.bubblewrap.BubblewrapSandbox;
import io.cachepot.sandbox.bubblewrap.BubblewrapSettings;
import io.cachepot.sandbox.bubblewrap.HostedSandbox;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs jobs in a sandbox as a worker does, so many at once.
 *
 * <p>usage: SandboxBench hosted|single HELPER TOOLCHAIN BUILD_DIR SOURCE; then lines on standard
 * input: COUNT JOBS true|gcc; prints for each the median in microseconds and jobs a second.
 */
public final class SandboxBench {
    private final Sandbox sandbox;
    private final Path toolchain;
    private final Path source;

    private SandboxBench(Sandbox sandbox, Path toolchain, Path source) {
        this.sandbox = sandbox;
        this.toolchain = toolchain;
        this.source = source;
    }

    public static void main(String[] arguments) throws Exception {
        var settings =
                new BubblewrapSettings(
                        Path.of("/usr/bin/bwrap"),
                        Path.of(arguments[3]),
                        Optional.empty(),
                        Optional.of(65_534));
        Sandbox sandbox;
        if (arguments[0].equals("hosted")) {
            var hosted = new HostedSandbox(settings, Path.of(arguments[1]));
            hosted.start();
            sandbox = hosted;
        } else {
            var single = new BubblewrapSandbox(settings);
            single.start();
            sandbox = single;
        }
        try (sandbox) {
            var bench =
                    new SandboxBench(sandbox, Path.of(arguments[2]), Path.of(arguments[4]));
            bench.measure(300, 4, "true"); // the JVM warms up
            while (true) {
                String line = IO.readln();
                if (line == null || line.isBlank()) {
                    return;
                }
                String[] words = line.split(" ");
                IO.println(
                        bench.measure(
                                Integer.parseInt(words[0]), Integer.parseInt(words[1]), words[2]));
            }
        }
    }

    private String measure(int count, int jobs, String what) throws Exception {
        long[] took = new long[count];
        var next = new AtomicInteger();
        long began = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < jobs; i++) {
                threads.submit(() -> {
                    for (int at = next.getAndIncrement(); at < count; at = next.getAndIncrement()) {
                        long start = System.nanoTime();
                        run(what);
                        took[at] = System.nanoTime() - start;
                    }
                    return null;
                });
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        Arrays.sort(took);
        return "%d %.1f".formatted(took[count / 2] / 1_000, count / seconds);
    }

    private void run(String what) throws IOException, InterruptedException {
        boolean isTrue = what.equals("true");
        var spec =
                new SandboxSpec(
                        toolchain,
                        isTrue
                                ? List.of()
                                : List.of(new SandboxInput.File("/work/a.c", source, false)),
                        isTrue ? "/usr/bin/true" : "/usr/bin/gcc",
                        isTrue
                                ? List.of("true")
                                : List.of("gcc", "-O2", "-c", "a.c", "-o", "a.o"),
                        "/work",
                        Map.of("PATH", "/usr/bin"),
                        isTrue ? List.of() : List.of("/work/a.o"),
                        SandboxLimits.DEFAULT);
        var said = new Said();
        SandboxResult result = sandbox.run(spec, said);
        if (!(result instanceof SandboxResult.Ended(var exitCode, _, _)) || exitCode != 0) {
            System.err.println("a job failed: " + result + " " + said.stderr);
            System.exit(1);
        }
    }

    private static final class Said implements SandboxReceiver {
        private String stderr = "";

        @Override
        public void stdout(Bytes bytes) {}

        @Override
        public void stderr(Bytes bytes) {
            stderr = bytes.toUtf8();
        }

        @Override
        public void output(String path, long sizeBytes, boolean executable, InputStream content)
                throws IOException {
            content.transferTo(java.io.OutputStream.nullOutputStream());
        }
    }
}
