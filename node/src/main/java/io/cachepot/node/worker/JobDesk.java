package io.cachepot.node.worker;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.node.cache.BlobStore;
import io.cachepot.node.cache.ResultStore;
import io.cachepot.node.cache.StorageException;
import io.cachepot.node.cache.WrongContentException;
import io.cachepot.node.toolchain.Lease;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.EndedJob;
import io.cachepot.protocol.Job;
import io.cachepot.protocol.JobEnd;
import io.cachepot.protocol.RunJobResult;
import io.cachepot.protocol.RunJobResult.InputsMissing;
import io.cachepot.protocol.RunJobResult.NotRun;
import io.cachepot.protocol.RunJobResult.Reason;
import io.cachepot.protocol.RunJobResult.ToolchainMissing;
import io.cachepot.protocol.auth.JobTicket;
import io.cachepot.protocol.wire.ResultKey;
import io.cachepot.protocol.wire.WireException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Receives a job, finds what it needs, and has it run: once for each ticket, however often the
 * client must come with something that was missing.
 */
final class JobDesk {
    private static final System.Logger LOG = System.getLogger(JobDesk.class.getName());

    /** How much of a request is read after it was refused, for the client to see the answer. */
    private static final long DRAINED_BYTES_MAX = 64 << 20;

    private final UsedJobs used;
    private final WorkerStatus status;
    private final ToolchainSupply toolchains;
    private final BlobStore blobs;
    private final ResultStore results;
    private final JobExecutor executor;

    JobDesk(
            UsedJobs used,
            WorkerStatus status,
            ToolchainSupply toolchains,
            BlobStore blobs,
            ResultStore results,
            JobExecutor executor) {
        this.used = used;
        this.status = status;
        this.toolchains = toolchains;
        this.blobs = blobs;
        this.results = results;
        this.executor = executor;
    }

    /** Deals with one request. */
    RunJobResult handle(JobTicket ticket, InputStream request, JobOutput output)
            throws InterruptedException {
        Optional<String> refusal = used.open(ticket);
        if (refusal.isPresent()) {
            drain(request);
            return new NotRun(Reason.STALE_GRANT, refusal.get());
        }
        var times = new JobTimes();
        Optional<RunJobResult> result = Optional.empty();
        try {
            result = Optional.of(receive(ticket, request, output, times));
            return result.get();
        } finally {
            close(ticket, result, output, times);
        }
    }

    private static boolean isMoreWanted(RunJobResult result) {
        return switch (result) {
            case ToolchainMissing _, InputsMissing _ -> true;
            case RunJobResult.Complete _, NotRun _ -> false;
        };
    }

    /** Rounded up, since 0 means that it did not run. */
    private static long wallMillis(RunJobResult result) {
        return result instanceof RunJobResult.Complete(_, var wallMicros, _)
                ? wallMicros / 1_000 + 1
                : 0;
    }

    /**
     * @param result empty when the client went away
     */
    private void close(
            JobTicket ticket, Optional<RunJobResult> result, JobOutput output, JobTimes times) {
        if (result.isPresent() && isMoreWanted(result.get())) {
            used.reopenable(ticket);
            return;
        }
        used.over(ticket);
        status.ended(
                new EndedJob(
                        ticket.job(),
                        result.map(JobDesk::wallMillis).orElse(0L),
                        output.kept().stream().toList(),
                        result.map(each -> end(each, times))
                                .orElseGet(() -> JobEnd.refused("cancelled by the client"))
                                .saying(output.beginningOfStderr(JobEnd.STDERR_CHARS_MAX))));
    }

    private static JobEnd end(RunJobResult result, JobTimes times) {
        return switch (result) {
            case RunJobResult.Complete(var exitCode, var wallMicros, _) ->
                    new JobEnd(
                            exitCode,
                            "",
                            times.receiveMicros(),
                            times.waitMicros(),
                            times.sandboxMicros(wallMicros),
                            wallMicros,
                            "");
            case NotRun(var reason, var detail) ->
                    JobEnd.refused(reason.name().toLowerCase(Locale.ROOT) + ": " + detail);
            case ToolchainMissing _, InputsMissing _ -> JobEnd.UNKNOWN;
        };
    }

    private RunJobResult receive(
            JobTicket ticket, InputStream request, JobOutput output, JobTimes times)
            throws InterruptedException {
        try (BlobStore.Pins pins = blobs.pins()) {
            var intake = new JobIntake(request);
            Job job = intake.job();
            if (!job.toolchain().equals(ticket.toolchain())) {
                drain(request);
                return new NotRun(
                        Reason.STALE_GRANT,
                        "grant is for toolchain "
                                + ticket.toolchain()
                                + ", the job wants "
                                + job.toolchain());
            }
            intake.receiveBlobs(pins);
            return run(ticket, job, pins, output, times);
        } catch (WireException | WrongContentException e) {
            drain(request);
            return new NotRun(Reason.BAD_JOB, String.valueOf(e.getMessage()));
        } catch (StorageException e) {
            LOG.log(WARNING, "inputs not stored: job={0} reason={1}", ticket.job(), e);
            drain(request);
            return new NotRun(Reason.INTERNAL, "inputs not stored: " + e.getMessage());
        } catch (IOException e) {
            LOG.log(DEBUG, "job not received: job={0} reason={1}", ticket.job(), e);
            return new NotRun(Reason.INTERNAL, "job not received: " + e);
        }
    }

    private RunJobResult run(
            JobTicket ticket, Job job, BlobStore.Pins pins, JobOutput output, JobTimes times)
            throws InterruptedException {
        Optional<Lease> toolchain = toolchains.lease(job.toolchain());
        if (toolchain.isEmpty()) {
            return new ToolchainMissing(job.toolchain());
        }
        try (Lease lease = toolchain.get()) {
            List<Digest> missing = pins.pin(job.inputDigests());
            if (!missing.isEmpty()) {
                return new InputsMissing(missing);
            }
            output.expect(job.outputs());
            times.ready();
            RunJobResult result =
                    executor.run(
                            new PreparedJob(
                                    ticket.job(),
                                    job,
                                    lease.root(),
                                    blobs::path,
                                    Duration.ofMillis(job.timeoutMillis()),
                                    output,
                                    times));
            times.ended();
            if (results.isOn() && isGood(result)) {
                output.keepFor(ResultKey.of(job));
            }
            return result;
        }
    }

    /** An error is the user's, who mends it and comes again; nobody needs it a second time. */
    private static boolean isGood(RunJobResult result) {
        return result instanceof RunJobResult.Complete(var exitCode, _, _) && exitCode == 0;
    }

    private static void drain(InputStream request) {
        byte[] buffer = new byte[64 << 10];
        long left = DRAINED_BYTES_MAX;
        try {
            for (int n = 0; n >= 0 && left > 0; left -= n) {
                n = request.read(buffer);
            }
        } catch (IOException e) {
            // The answer may reach the client all the same.
            LOG.log(DEBUG, "rest of a refused request not read: reason={0}", e);
        }
    }
}
