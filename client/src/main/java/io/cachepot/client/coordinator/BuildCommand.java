package io.cachepot.client.coordinator;

import io.cachepot.client.builds.BuildReport;
import io.cachepot.client.builds.BuildTrace;
import io.cachepot.client.builds.BuildView;
import io.cachepot.client.builds.Builds;
import io.cachepot.client.cli.ClientCommand.OutputFormat;
import io.cachepot.protocol.Bytes;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Shows one build, and writes its trace: with exit code 1 when no such build is known. */
final class BuildCommand {
    private static final int EXIT_UNKNOWN = 1;
    private static final int EXIT_ERROR = 2;

    private final Builds builds;
    private final Instant startedAt;

    /**
     * @param startedAt builds before it are not known
     */
    BuildCommand(Builds builds, Instant startedAt) {
        this.builds = builds;
        this.startedAt = startedAt;
    }

    void show(int number, OutputFormat format, BuildSide build) throws IOException {
        Optional<BuildView> found = builds.latest(number);
        if (found.isEmpty()) {
            fail(build, EXIT_UNKNOWN, unknown(number));
            return;
        }
        var report = new BuildReport(found.get(), ZoneId.systemDefault());
        String text =
                switch (format) {
                    case TEXT -> report.text();
                    case JSON -> report.json();
                };
        build.finish(Bytes.utf8(text), Bytes.EMPTY, 0);
    }

    void trace(int number, Path file, BuildSide build) throws IOException {
        Optional<BuildView> found = builds.latest(number);
        if (found.isEmpty()) {
            fail(build, EXIT_UNKNOWN, unknown(number));
            return;
        }
        try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
            new BuildTrace(found.get()).write(out);
        } catch (IOException e) {
            fail(build, EXIT_ERROR, "trace not written to " + file + ": " + e);
            return;
        }
        build.exit(0);
    }

    private String unknown(int number) {
        int known = builds.summaries().size();
        String since = startedAt.truncatedTo(ChronoUnit.SECONDS).toString();
        if (known == 0) {
            return "no build is known: nothing was compiled since the coordinator began at "
                    + since;
        }
        return "build "
                + number
                + " is not known; since the coordinator began at "
                + since
                + (known == 1 ? " one is" : " " + known + " are");
    }

    private static void fail(BuildSide build, int exitCode, String problem) throws IOException {
        build.finish(Bytes.EMPTY, Bytes.utf8("cachepot: error: " + problem + "\n"), exitCode);
    }
}
