package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.Sandbox;
import io.cachepot.sandbox.SandboxException;
import io.cachepot.sandbox.SandboxLimits;
import io.cachepot.sandbox.SandboxReceiver;
import io.cachepot.sandbox.SandboxReport;
import io.cachepot.sandbox.SandboxResult;
import io.cachepot.sandbox.SandboxSpec;
import io.cachepot.sandbox.bubblewrap.BubblewrapSandbox.Started;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * One bubblewrap per toolchain, one clone per job: a small program inside, {@code helper/host.c},
 * lays the job's inputs over the toolchain in an overlay whose upper layer is in memory, runs the
 * compiler and gives back what it wrote. A job costs a millisecond or two instead of a start of
 * bubblewrap, and nothing of it is ever on disk.
 *
 * <p>What an overlay can not look like, a link where the toolchain has a directory, is run by the
 * sandbox of one bubblewrap per job.
 */
public final class HostedSandbox implements Sandbox {
    /**
     * A host takes some memory, and holds on to its toolchain's files even when they are deleted.
     */
    private static final Duration IDLE_MAX = Duration.ofMinutes(2);

    /** As many jobs at once of one toolchain find a process that is in its group already. */
    private static final int SLOTS = 2 * Runtime.getRuntime().availableProcessors() + 2;

    /** Whoever can open a host's socket can run jobs. */
    private static final FileAttribute<?> OWN =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** Longest path of a socket (unix(7)). */
    private static final int SOCKET_PATH_MAX = 107;

    private final BubblewrapSettings settings;
    private final Path helper;
    private final BubblewrapSandbox perJob;

    /** Jobs hold the read lock; {@link #close} waits for them by the write lock. */
    private final ReentrantReadWriteLock jobs = new ReentrantReadWriteLock();

    /** By the toolchain's root. */
    private final Map<Path, Slot> hosts = new ConcurrentHashMap<>();

    private final AtomicLong started = new AtomicLong();

    // Written by start and close, read by run and report.
    private volatile boolean isOpen;

    /** One toolchain's host; starting one holds up the jobs of this toolchain only. */
    private static final class Slot {
        /** Written under the slot's lock. */
        private volatile @Nullable SandboxHost host;

        synchronized void close() throws IOException {
            SandboxHost ended = host;
            host = null;
            if (ended != null) {
                ended.close();
            }
        }
    }

    /**
     * @param helper the program that {@code helper/host.c} becomes
     */
    public HostedSandbox(BubblewrapSettings settings, Path helper) {
        this.settings = settings;
        this.helper = helper;
        perJob = new BubblewrapSandbox(settings);
    }

    /**
     * Checks that all of it works here, by jobs that try to get out.
     *
     * @throws SandboxException when it can not: one line that says why and what to do
     */
    public void start() {
        perJob.start();
        try {
            Started with = perJob.started();
            if (settings.contentDir().isPresent()) {
                with.launcher().user().checkReaches(settings.contentDir().get());
            }
            installHelper(with);
            isOpen = true;
            tryOut(with);
        } catch (IOException e) {
            close();
            throw new SandboxException("sandbox host does not work: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new SandboxException("sandbox host does not start: interrupted", e);
        } catch (SandboxException e) {
            close();
            throw e;
        }
    }

    private void tryOut(Started with) throws IOException, InterruptedException {
        Path toolchain = Files.createDirectory(with.builds().file("trial"));
        Files.copy(helper, toolchain.resolve("host"));
        new SelfTest(this, toolchain).run(with.bounds().groups().isPresent());
        Slot slot = hosts.remove(toolchain.toRealPath());
        if (slot != null) {
            slot.close();
        }
        TreeRemover.remove(toolchain);
    }

    /** The user of the jobs may have no way to where cachepot is installed. */
    private void installHelper(Started with) throws IOException {
        if (!Files.isExecutable(helper)) {
            throw new SandboxException(
                    "sandbox host is "
                            + helper
                            + ", which is not there or not executable; unpack cachepot anew");
        }
        Files.copy(helper, installed(with));
    }

    private static Path installed(Started with) {
        return with.builds().file("host");
    }

    @Override
    public SandboxResult run(SandboxSpec spec, SandboxReceiver receiver)
            throws IOException, InterruptedException {
        jobs.readLock().lockInterruptibly();
        try {
            checkOpen();
            SpecCheck.check(spec);
            return run(perJob.started(), spec, receiver);
        } catch (InvalidPathException e) {
            throw new SandboxException("path can not be used here: " + e.getMessage(), e);
        } finally {
            jobs.readLock().unlock();
        }
    }

    private SandboxResult run(Started with, SandboxSpec spec, SandboxReceiver receiver)
            throws IOException, InterruptedException {
        Toolchains.Toolchain toolchain = with.toolchains().of(spec.toolchainRoot());
        RootPlan plan = RootPlanner.plan(spec, toolchain.root(), toolchain.lister());
        try {
            Optional<SandboxResult> hosted = runHosted(with, spec, plan, toolchain, receiver);
            if (hosted.isPresent()) {
                return hosted.get();
            }
        } catch (IOException e) {
            checkOpen();
            throw e;
        }
        return perJob.run(spec, receiver);
    }

    /** Empty when an overlay can not look like {@code plan}. */
    private Optional<SandboxResult> runHosted(
            Started with,
            SandboxSpec spec,
            RootPlan plan,
            Toolchains.Toolchain toolchain,
            SandboxReceiver receiver)
            throws IOException, InterruptedException {
        SandboxHost host = host(with, toolchain.root(), spec.limits());
        if (host.slots().fit(spec.limits())) {
            // Any of them will do to make the request, which names none.
            var bounds = JobBounds.inSlot(spec.limits(), host.slots().groups().getFirst());
            var request =
                    JobRequest.of(spec, plan, toolchain.root(), settings.contentDir(), bounds);
            if (request.isEmpty()) {
                return Optional.empty();
            }
            Optional<SandboxResult> result = host.run(request.get(), spec, bounds, receiver);
            if (result.isPresent()) {
                return result;
            }
        }
        try (JobBounds bounds = with.bounds().newJob(spec.limits())) {
            var request =
                    JobRequest.of(spec, plan, toolchain.root(), settings.contentDir(), bounds);
            if (request.isEmpty()) {
                return Optional.empty();
            }
            Optional<SandboxResult> result = host.run(request.get(), spec, bounds, receiver);
            if (result.isEmpty()) {
                throw new IOException("the sandbox host wants a job with a group to have one");
            }
            return result;
        }
    }

    private void checkOpen() throws IOException {
        if (!isOpen) {
            throw new IOException("sandbox is closed or was never started");
        }
    }

    /** The host of a toolchain, started if need be: it takes some milliseconds, once. */
    private SandboxHost host(Started with, Path toolchain, SandboxLimits limits)
            throws IOException {
        closeIdle(toolchain);
        while (true) {
            Slot slot = hosts.computeIfAbsent(toolchain, _ -> new Slot());
            synchronized (slot) {
                checkOpen();
                SandboxHost known = slot.host;
                if (known != null && known.isAlive()) {
                    return known;
                }
                // Else it was idle until just now, and taken away.
                if (slot.equals(hosts.get(toolchain))) {
                    SandboxHost host = start(with, toolchain, limits);
                    slot.host = host;
                    return host;
                }
            }
        }
    }

    /**
     * @param limits of the jobs that are run without delay; others join a group of their own
     */
    private SandboxHost start(Started with, Path toolchain, SandboxLimits limits)
            throws IOException {
        Path directory = with.builds().file("host-" + started.incrementAndGet());
        int tooMany = SandboxHost.socket(directory).toString().length() - SOCKET_PATH_MAX;
        if (tooMany > 0) {
            throw new SandboxException(
                    "sandbox.build_dir is too long by "
                            + tooMany
                            + " characters: "
                            + settings.buildDir());
        }
        Files.createDirectory(directory, OWN);
        with.launcher().user().own(directory);
        ownToolchain(with.launcher().user(), toolchain);
        var slots = new SandboxHost.Slots(with.bounds().slots(limits, SLOTS), limits);
        var command = new ArrayList<>(with.launcher().user().commandPrefix());
        command.addAll(
                with.arguments()
                        .host(
                                new HostMounts(
                                        toolchain,
                                        installed(with),
                                        with.launcher().filter(),
                                        directory,
                                        settings.contentDir(),
                                        with.bounds().parents(),
                                        slots.groups())));
        try {
            return SandboxHost.start(perJob.runner(), command, directory, slots);
        } catch (IOException | RuntimeException e) {
            slots.close();
            throw e;
        }
    }

    private void closeIdle(Path needed) throws IOException {
        for (Map.Entry<Path, Slot> each : List.copyOf(hosts.entrySet())) {
            SandboxHost host = each.getValue().host;
            if (host != null
                    && host.idleNanos() > IDLE_MAX.toNanos()
                    && !each.getKey().equals(needed)
                    && hosts.remove(each.getKey(), each.getValue())) {
                each.getValue().close();
            }
        }
    }

    /**
     * What lies over a file is written by its owner only, and the owner must be one of the host.
     */
    private static void ownToolchain(JobUser user, Path toolchain) throws IOException {
        if (user instanceof JobUser.Other(_, var uid)) {
            try (var paths = Files.walk(toolchain)) {
                for (Path path : (Iterable<Path>) paths::iterator) {
                    Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
                    if (!owner.equals(uid)) {
                        user.own(path);
                    }
                }
            }
        }
    }

    @Override
    public SandboxReport report() {
        if (!isOpen) {
            return new SandboxReport("sandbox host", List.of(), List.of("it is not started"));
        }
        SandboxReport one = perJob.report();
        var protections = new ArrayList<>(one.protections());
        protections.add("a job tried to get out at the start, and did not");
        protections.add("a job's files are in memory of its own, of twice its largest output");
        List<String> gaps =
                one.gaps().stream()
                        .filter(gap -> !gap.equals(BubblewrapReport.NO_DISK_LIMIT))
                        .map(gap ->
                                gap.replace(
                                        BubblewrapReport.NO_MEMORY_LIMIT,
                                        "memory is limited for each process of a job only"))
                        .toList();
        return new SandboxReport("sandbox host in " + one.name(), protections, gaps);
    }

    @Override
    public void close() {
        isOpen = false;
        try {
            closeHosts();
        } catch (IOException e) {
            throw new UncheckedIOException("sandbox host not ended", e);
        }
        jobs.writeLock().lock();
        try {
            closeHosts(); // one may have been starting
            perJob.close();
        } catch (IOException e) {
            throw new UncheckedIOException("sandbox host not ended", e);
        } finally {
            jobs.writeLock().unlock();
        }
    }

    private void closeHosts() throws IOException {
        for (Slot slot : hosts.values()) {
            slot.close();
        }
    }
}
