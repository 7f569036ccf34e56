package io.cachepot.node.worker;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.node.cache.BlobStore;
import io.cachepot.node.cache.ResultStore;
import io.cachepot.node.toolchain.Lease;
import io.cachepot.node.toolchain.ToolchainStore;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.EndedJob;
import io.cachepot.protocol.RunJobResult;
import io.cachepot.protocol.SubmitToolchainResult;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.auth.JobTicket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a worker does for clients, whatever carries it; {@link TicketDoor} has let them in.
 *
 * <p>A job has two threads: its own, where the request is read and the compiler runs, and the
 * caller's, which alone writes the answer. So nothing is written under a lock, and a heartbeat that
 * can not be written is how the worker learns that the client is gone.
 */
public final class WorkerService implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WorkerService.class.getName());

    /** Clients give a worker up that says nothing for ten seconds. */
    private static final Duration HEARTBEAT_EVERY = Duration.ofSeconds(1);

    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    private final ToolchainStore toolchains;
    private final ToolchainSupply supply;
    private final ResultStore results;
    private final WorkerStatus status;
    private final JobDesk desk;
    private final Path spool;
    private final Duration heartbeatEvery;
    private final InFlight inFlight = new InFlight();

    /**
     * Platform threads, used again and again: the HTTP library opens a selector for each thread
     * that waits for a body, and closes it long after the thread has ended. As many as there are
     * requests at once, which the HTTP layer bounds; those that idle end by themselves.
     */
    private final ExecutorService threads =
            Executors.newCachedThreadPool(Thread.ofPlatform().name("job-", 0).daemon().factory());

    private final AtomicLong serial = new AtomicLong();

    /**
     * The service of one worker; {@link #start()} makes it ready. The stores are started and closed
     * by whoever made them.
     *
     * @param executor a chain of {@link JobExecutors}
     * @param cacheDir outputs of jobs wait in {@code cacheDir/outputs} for their clients
     */
    public WorkerService(
            ToolchainStore toolchains,
            ToolchainSupply supply,
            BlobStore blobs,
            ResultStore results,
            JobExecutor executor,
            WorkerStatus status,
            Path cacheDir,
            InstantSource clock) {
        this(
                toolchains,
                supply,
                results,
                status,
                new JobDesk(
                        new UsedJobs(clock, UsedJobs.JOBS_MAX),
                        status,
                        supply,
                        blobs,
                        results,
                        executor),
                cacheDir,
                HEARTBEAT_EVERY);
    }

    WorkerService(
            ToolchainStore toolchains,
            ToolchainSupply supply,
            ResultStore results,
            WorkerStatus status,
            JobDesk desk,
            Path cacheDir,
            Duration heartbeatEvery) {
        this.toolchains = toolchains;
        this.supply = supply;
        this.results = results;
        this.status = status;
        this.desk = desk;
        this.heartbeatEvery = heartbeatEvery;
        spool = cacheDir.resolve("outputs");
    }

    /** Makes its directory and removes what an earlier start left there. */
    public void start() throws IOException {
        Files.createDirectories(spool);
        try (var leftovers = Files.newDirectoryStream(spool)) {
            for (Path leftover : leftovers) {
                JobOutput.delete(leftover);
            }
        }
    }

    /**
     * Unpacks the toolchain that {@code ticket} names, unless it is there. When that comes to
     * nothing the ticket's job is over: its client goes elsewhere, and its permit must not wait for
     * it.
     */
    public SubmitToolchainResult submitToolchain(JobTicket ticket, InputStream archive)
            throws InterruptedException {
        boolean isReady = false;
        try {
            SubmitToolchainResult result = supply.receive(ticket.toolchain(), archive);
            isReady = result instanceof SubmitToolchainResult.Ready;
            return result;
        } finally {
            if (isReady) {
                status.changed();
            } else {
                status.ended(new EndedJob(ticket.job(), 0));
            }
        }
    }

    /**
     * Reads a job stream, runs the job, and writes a result stream, which is closed when all of it
     * is written.
     *
     * @throws IOException when the client has hung up; by then the job is dead
     * @throws InterruptedException when the caller was interrupted; by then the job is dead
     */
    public void runJob(JobTicket ticket, InputStream request, OutputStream answer)
            throws IOException, InterruptedException {
        Path kept = spool.resolve(ticket.job() + "-" + serial.incrementAndGet());
        var output = new JobOutput(kept);
        var job = new JobThread(ticket.job(), () -> desk.handle(ticket, request, output), threads);
        inFlight.add(job);
        try {
            runJob(job, new Answer(answer), output);
        } finally {
            discard(output);
            inFlight.remove(job);
        }
    }

    private void runJob(JobThread job, Answer answer, JobOutput output)
            throws IOException, InterruptedException {
        job.start();
        try {
            while (!job.join(heartbeatEvery)) {
                answer.heartbeat();
            }
        } catch (IOException | InterruptedException e) {
            job.cancel();
            throw e;
        }
        answer.finish(job.result(), output);
        output.kept().ifPresent(key -> keep(key, job.result(), output));
    }

    /** After the client has it: nobody waits for this. */
    private void keep(Digest key, RunJobResult result, JobOutput output) {
        try {
            results.keep(key, out -> Answer.write(result, output, out));
        } catch (IOException e) {
            LOG.log(WARNING, "result not kept: key={0} reason={1}", key, e.toString());
        }
    }

    /**
     * The result {@code key} as a stream like that of {@link #runJob}; empty when it is not kept.
     */
    public Optional<InputStream> result(Digest key) {
        return results.open(key);
    }

    /** Keeps a toolchain, with its archive, until it is closed; empty when it is not here. */
    public Optional<Lease> toolchain(ToolchainId toolchain) {
        return toolchains.lease(toolchain);
    }

    private static void discard(JobOutput output) {
        try {
            output.close();
        } catch (IOException e) {
            LOG.log(WARNING, "outputs of a job not removed: {0}", e);
        }
    }

    /** Why it takes no jobs now; empty when it does. */
    public List<String> troubles() {
        WorkerReport.State state = status.state();
        return state == WorkerReport.State.UP
                ? List.of()
                : List.of("the worker is " + state.name().toLowerCase(Locale.ROOT));
    }

    /** Lets what runs end and takes nothing new. */
    public void drain() {
        status.drain();
    }

    /** Whether there came a moment without jobs within {@code timeout}. */
    public boolean awaitIdle(Duration timeout) throws InterruptedException {
        return inFlight.awaitEmpty(timeout);
    }

    /** Ends every job; each client is told that the worker is stopping. */
    @Override
    public void close() {
        status.gone();
        inFlight.interruptAll();
        try {
            if (!inFlight.awaitEmpty(CLOSE_MAX)) {
                LOG.log(WARNING, "jobs still run after {0}", CLOSE_MAX);
            }
        } catch (InterruptedException _) {
            LOG.log(DEBUG, "not waited for jobs: interrupted");
            Thread.currentThread().interrupt();
        }
    }
}
