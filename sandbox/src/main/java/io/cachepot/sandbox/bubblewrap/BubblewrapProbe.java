package io.cachepot.sandbox.bubblewrap;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cachepot.sandbox.SandboxException;
import io.cachepot.sandbox.SandboxLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Finds out, by trying, whether bubblewrap can hold jobs on this machine. */
final class BubblewrapProbe {
    private static final Duration TIME_MAX = Duration.ofSeconds(20);
    private static final SandboxLimits LIMITS =
            new SandboxLimits(TIME_MAX, 1 << 16, 1 << 20, 512, 1 << 28);

    private final Path bwrap;

    BubblewrapProbe(Path bwrap) {
        this.bwrap = bwrap;
    }

    /**
     * The version of the program.
     *
     * @throws SandboxException when it is missing, not executable, something else or too old
     */
    BubblewrapVersion version() throws IOException, InterruptedException {
        if (!Files.isRegularFile(bwrap)) {
            throw new SandboxException(
                    "sandbox.bwrap_path is "
                            + bwrap
                            + ", which is no file, expected bubblewrap "
                            + BubblewrapVersion.LEAST
                            + " or later; install the package 'bubblewrap' or correct the path");
        }
        if (!Files.isExecutable(bwrap)) {
            throw new SandboxException(
                    "sandbox.bwrap_path is "
                            + bwrap
                            + ", which is not executable, expected a program; chmod a+x it or"
                            + " correct the path");
        }
        String said = say();
        BubblewrapVersion version =
                BubblewrapVersion.parse(said)
                        .orElseThrow(() ->
                                new SandboxException(
                                        "sandbox.bwrap_path is "
                                                + bwrap
                                                + ", which says '"
                                                + InsidePath.clip(said.strip())
                                                + "' when asked for its version, expected"
                                                + " 'bubblewrap x.y.z'; correct the path"));
        if (version.compareTo(BubblewrapVersion.LEAST) < 0) {
            throw new SandboxException(
                    "sandbox.bwrap_path is "
                            + bwrap
                            + ", which is bubblewrap "
                            + version
                            + ", expected "
                            + BubblewrapVersion.LEAST
                            + " or later; upgrade the package 'bubblewrap'");
        }
        return version;
    }

    private String say() throws IOException, InterruptedException {
        var builder = new ProcessBuilder(bwrap.toString(), "--version").redirectErrorStream(true);
        builder.environment().clear();
        Process process = builder.start();
        try {
            if (!process.waitFor(TIME_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new SandboxException(
                        bwrap + " --version did not end within " + TIME_MAX.toSeconds() + " s");
            }
            return new String(process.getInputStream().readNBytes(1 << 12), UTF_8);
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * Runs a sandbox as jobs get it.
     *
     * @throws SandboxException with bubblewrap's own words and what to do
     */
    void tryOut(
            BubblewrapArguments arguments,
            Launcher launcher,
            MachineBounds machine,
            JobDirectory job,
            JobRunner runner)
            throws IOException, InterruptedException {
        JobRunner.Run run;
        try (JobBounds bounds = machine.newJob(LIMITS)) {
            List<String> trial = arguments.trial(job.root());
            run = runner.run(launcher.command(job.status(), bounds, trial), job.status(), LIMITS);
        }
        if (!run.isInTime() || run.exitCode() != 0) {
            throw new SandboxException(
                    "sandbox does not work: "
                            + bwrap
                            + " ended with "
                            + run.exitCode()
                            + " and said '"
                            + InsidePath.clip(run.stderr().bytes().toUtf8().strip())
                            + "', expected user namespaces; "
                            + UserNamespaceAdvice.ofThisMachine().text());
        }
    }
}
