package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.SandboxException;
import io.cachepot.sandbox.SandboxLimits;
import io.cachepot.sandbox.SandboxReceiver;
import io.cachepot.sandbox.SandboxResult;
import io.cachepot.sandbox.SandboxResult.Ended;
import io.cachepot.sandbox.SandboxResult.Limit;
import io.cachepot.sandbox.SandboxResult.LimitExceeded;
import io.cachepot.sandbox.bubblewrap.OutputCollector.Output;
import io.cachepot.sandbox.bubblewrap.RootPlan.PlannedOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Judges how a job ended and hands over what it left. When bubblewrap can say so, a program that
 * fails and a sandbox that fails are told apart by its status; older ones only by their words.
 */
record JobEnd(JobRunner.Run run, StatusFile status, boolean hasStatus, JobBounds bounds) {
    /** 128 + SIGXFSZ: it tried to write a file larger than it may. */
    private static final int EXIT_FILE_TOO_LARGE = 128 + 25;

    private static final String WORDS = "bwrap: ";
    private static final String WORDS_NO_PROGRAM = "bwrap: execvp ";

    /** Hands over only if the program ended by itself. */
    SandboxResult handOver(
            OutputCollector collector, List<PlannedOutput> planned, SandboxReceiver receiver)
            throws IOException {
        Optional<LimitExceeded> limit = limitExceeded();
        if (limit.isPresent()) {
            return limit.orElseThrow();
        }
        limit = bounds.exceeded(run.exitCode(), 0, run.stderr().bytes());
        if (limit.isPresent()) {
            return limit.orElseThrow();
        }
        int exitCode = exitCode().orElseThrow(this::failure);
        if (exitCode == EXIT_FILE_TOO_LARGE) {
            return outputTooLarge("a file");
        }
        List<Output> outputs = collector.find(planned);
        for (Output output : outputs) {
            if (output.sizeBytes() > limits().outputBytesMax()) {
                return outputTooLarge(output.planned().path());
            }
        }
        receiver.stdout(run.stdout().bytes());
        receiver.stderr(run.stderr().bytes());
        for (Output output : outputs) {
            collector.give(output, receiver);
        }
        return new Ended(exitCode, run.wallTime(), 0);
    }

    private Optional<LimitExceeded> limitExceeded() {
        if (!run.stdout().isComplete() || !run.stderr().isComplete()) {
            String stream = run.stdout().isComplete() ? "stderr" : "stdout";
            return Optional.of(
                    new LimitExceeded(
                            Limit.STDIO_BYTES,
                            stream + " has more than " + limits().stdioBytesMax() + " bytes"));
        }
        if (!run.isInTime()) {
            return Optional.of(
                    new LimitExceeded(
                            Limit.WALL_TIME, "it ran for longer than " + limits().wallTime()));
        }
        return Optional.empty();
    }

    private SandboxLimits limits() {
        return bounds.limits();
    }

    private LimitExceeded outputTooLarge(String what) {
        return new LimitExceeded(
                Limit.OUTPUT_BYTES,
                what + " has more than " + limits().outputBytesMax() + " bytes");
    }

    private OptionalInt exitCode() throws IOException {
        if (hasStatus) {
            return status.exitCode();
        }
        boolean isFailure = status.firstPid().isEmpty() || words().startsWith(WORDS);
        return isFailure ? OptionalInt.empty() : OptionalInt.of(run.exitCode());
    }

    private String words() {
        return run.stderr().bytes().toUtf8().strip();
    }

    /** Not an exit code of the program: it never ran, or the sandbox was killed around it. */
    private IOException failure() {
        String words = words();
        if (words.startsWith(WORDS_NO_PROGRAM)) {
            throw new SandboxException(
                    "executable can not be run inside, expected one that is in the toolchain or"
                            + " the inputs with all it needs: "
                            + InsidePath.clip(words.substring(WORDS_NO_PROGRAM.length())));
        }
        return new IOException(
                "sandbox ended with "
                        + run.exitCode()
                        + " before the program did: "
                        + InsidePath.clip(words));
    }
}
