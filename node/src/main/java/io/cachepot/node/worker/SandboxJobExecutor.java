package io.cachepot.node.worker;

import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.protocol.InputEntry;
import io.cachepot.protocol.Job;
import io.cachepot.protocol.RunJobResult;
import io.cachepot.protocol.RunJobResult.Complete;
import io.cachepot.protocol.RunJobResult.NotRun;
import io.cachepot.protocol.RunJobResult.Reason;
import io.cachepot.protocol.wire.ResultStream;
import io.cachepot.sandbox.Sandbox;
import io.cachepot.sandbox.SandboxException;
import io.cachepot.sandbox.SandboxInput;
import io.cachepot.sandbox.SandboxLimits;
import io.cachepot.sandbox.SandboxResult;
import io.cachepot.sandbox.SandboxSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Runs a job in the sandbox. */
final class SandboxJobExecutor implements JobExecutor {
    private static final System.Logger LOG = System.getLogger(SandboxJobExecutor.class.getName());

    private final Sandbox sandbox;
    private final long memoryBytesMax;

    /**
     * @param memoryBytesMax of one job
     */
    SandboxJobExecutor(Sandbox sandbox, long memoryBytesMax) {
        this.sandbox = sandbox;
        this.memoryBytesMax = memoryBytesMax;
    }

    @Override
    public RunJobResult run(PreparedJob job) throws InterruptedException {
        try {
            return result(sandbox.run(spec(job), job.receiver()));
        } catch (SandboxException e) {
            return new NotRun(Reason.BAD_JOB, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            LOG.log(WARNING, "sandbox failed: job={0} reason={1}", job.id(), e);
            return new NotRun(Reason.SANDBOX, "sandbox failed: " + e);
        }
    }

    private static RunJobResult result(SandboxResult result) {
        return switch (result) {
            case SandboxResult.Ended(int exitCode, Duration wallTime, long memoryBytes) ->
                    new Complete(
                            exitCode,
                            TimeUnit.NANOSECONDS.toMicros(wallTime.toNanos()),
                            memoryBytes);
            case SandboxResult.LimitExceeded(var limit, String detail) ->
                    new NotRun(Reason.LIMIT, limit + ": " + detail);
        };
    }

    private SandboxSpec spec(PreparedJob prepared) {
        Job job = prepared.job();
        return new SandboxSpec(
                prepared.toolchainRoot(),
                job.inputs().stream().map(input -> input(input, prepared)).toList(),
                job.executable(),
                job.arguments(),
                job.cwd(),
                job.environment(),
                job.outputs(),
                limits(prepared));
    }

    private static SandboxInput input(InputEntry input, PreparedJob job) {
        return switch (input) {
            case InputEntry.File file ->
                    new SandboxInput.File(
                            file.path(), job.blob().apply(file.digest()), file.executable());
            case InputEntry.Symlink(String path, String target) ->
                    new SandboxInput.Link(path, target);
            case InputEntry.Directory(String path) -> new SandboxInput.Directory(path);
        };
    }

    private SandboxLimits limits(PreparedJob job) {
        return new SandboxLimits(
                job.timeout(),
                ResultStream.STDIO_BYTES_MAX,
                SandboxLimits.DEFAULT.outputBytesMax(),
                SandboxLimits.DEFAULT.processesMax(),
                memoryBytesMax);
    }
}
