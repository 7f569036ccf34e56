package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.Sandbox;
import io.cachepot.sandbox.SandboxException;
import io.cachepot.sandbox.SandboxLimits;
import io.cachepot.sandbox.SandboxReceiver;
import io.cachepot.sandbox.SandboxReport;
import io.cachepot.sandbox.SandboxResult;
import io.cachepot.sandbox.SandboxSpec;
import io.cachepot.sandbox.bubblewrap.Toolchains.Toolchain;
import io.cachepot.sandbox.seccomp.SeccompFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * One bubblewrap per job. The job's root is a directory made for it, bound as {@code /}, into which
 * the toolchain is mounted read-only piece by piece around the inputs, which are copies. {@link
 * #start} proves that it works here; nothing is ever run without a sandbox instead.
 */
public final class BubblewrapSandbox implements Sandbox {
    private final BubblewrapSettings settings;
    private final JobRunner runner = new JobRunner();

    /** Jobs hold the read lock; {@link #close} waits for them by the write lock. */
    private final ReentrantReadWriteLock jobs = new ReentrantReadWriteLock();

    // Written by start and close, read by run and report.
    private volatile @Nullable Started started;

    /** What {@link #start} found and made. */
    record Started(
            BubblewrapVersion version,
            BubblewrapArguments arguments,
            Launcher launcher,
            MachineBounds bounds,
            BuildDirectory builds,
            Toolchains toolchains) {}

    public BubblewrapSandbox(BubblewrapSettings settings) {
        this.settings = settings;
    }

    /**
     * Checks that bubblewrap is there and works, and removes what dead workers left in the build
     * directory.
     *
     * @throws SandboxException when it can not work here: one line that says why and what to do
     */
    public void start() {
        if (started != null) {
            throw new IllegalStateException("sandbox is started already");
        }
        try {
            started = check();
        } catch (IOException e) {
            throw new SandboxException("sandbox does not start: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("sandbox does not start: interrupted", e);
        }
    }

    private Started check() throws IOException, InterruptedException {
        var probe = new BubblewrapProbe(settings.bwrap());
        BubblewrapVersion version = probe.version();
        JobUser user = JobUser.of(settings.runAsUid());
        Path shell = HostPrograms.find("sh", "setting limits of jobs");
        Optional<SeccompFilter> filter = SeccompFilter.ofThisMachine();
        var arguments = new BubblewrapArguments(settings.bwrap(), version, filter.isPresent());
        runner.lowerPriority(HostPrograms.find("renice", "lowering the priority of jobs"));
        var builds = BuildDirectory.open(settings.buildDir(), user);
        MachineBounds bounds = MachineBounds.find(runner, shell, user);
        try (JobDirectory trial = builds.newJob()) {
            var launcher = new Launcher(shell, user, write(filter, builds));
            probe.tryOut(arguments, launcher, bounds, trial, runner);
            return new Started(version, arguments, launcher, bounds, builds, new Toolchains(user));
        } catch (IOException | InterruptedException | SandboxException e) {
            bounds.close();
            builds.close();
            throw e;
        }
    }

    private static Optional<Path> write(Optional<SeccompFilter> filter, BuildDirectory builds)
            throws IOException {
        if (filter.isEmpty()) {
            return Optional.empty();
        }
        Path file = builds.file("seccomp");
        filter.get().write(file);
        return Optional.of(file);
    }

    @Override
    public SandboxResult run(SandboxSpec spec, SandboxReceiver receiver)
            throws IOException, InterruptedException {
        jobs.readLock().lockInterruptibly();
        try {
            SpecCheck.check(spec);
            return run(started(), spec, receiver);
        } catch (ClosedByInterruptException e) {
            Thread.interrupted(); // told by the exception from here on
            throw interrupted(e);
        } catch (InvalidPathException e) {
            throw new SandboxException("path can not be used here: " + e.getMessage(), e);
        } finally {
            jobs.readLock().unlock();
        }
    }

    /** Starts its processes, from a thread that lives as long as this. */
    JobRunner runner() {
        return runner;
    }

    /**
     * What {@link #start} found and made.
     *
     * @throws IOException when it was never started, or is closed
     */
    Started started() throws IOException {
        Started with = started;
        if (with == null) {
            throw new IOException("sandbox is closed or was never started");
        }
        return with;
    }

    private static InterruptedException interrupted(ClosedByInterruptException cause) {
        var interrupted = new InterruptedException("interrupted while outputs were read");
        interrupted.initCause(cause);
        return interrupted;
    }

    private SandboxResult run(Started with, SandboxSpec spec, SandboxReceiver receiver)
            throws IOException, InterruptedException {
        Toolchain toolchain = with.toolchains().of(spec.toolchainRoot());
        RootPlan plan = RootPlanner.plan(spec, toolchain.root(), toolchain.lister());
        try (JobDirectory job = with.builds().newJob();
                JobBounds bounds = with.bounds().newJob(spec.limits())) {
            job.populate(plan);
            List<String> command =
                    with.launcher()
                            .command(
                                    job.status(),
                                    bounds,
                                    with.arguments().job(spec, plan, job.root()));
            JobRunner.Run run = run(command, job, spec.limits());
            return new JobEnd(run, job.status(), with.version().hasStatus(), bounds)
                    .handOver(new OutputCollector(job.root()), plan.outputs(), receiver);
        }
    }

    private JobRunner.Run run(List<String> command, JobDirectory job, SandboxLimits limits)
            throws IOException, InterruptedException {
        try {
            return runner.run(command, job.status(), limits);
        } catch (StillAliveException e) {
            job.keep();
            throw e;
        }
    }

    @Override
    public SandboxReport report() {
        Started with = started;
        if (with == null) {
            return new SandboxReport("bubblewrap", List.of(), List.of("it is not started"));
        }
        return BubblewrapReport.of(
                with.version(),
                with.launcher().user(),
                with.arguments().hasFilter(),
                with.bounds());
    }

    @Override
    public void close() {
        runner.stop();
        jobs.writeLock().lock();
        try {
            Started with = started;
            started = null;
            runner.close();
            if (with != null) {
                with.bounds().close();
                with.builds().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("sandbox directory not removed", e);
        } finally {
            jobs.writeLock().unlock();
        }
    }
}
