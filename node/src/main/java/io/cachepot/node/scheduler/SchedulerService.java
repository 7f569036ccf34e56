package io.cachepot.node.scheduler;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.AllocJobResponse;
import io.cachepot.protocol.BuildDetails;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.EndedJob;
import io.cachepot.protocol.GridDetails;
import io.cachepot.protocol.JobDetails;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.JobState;
import io.cachepot.protocol.ResultLocations;
import io.cachepot.protocol.ReturnedGrants;
import io.cachepot.protocol.SeenBuild;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.ToolchainSource;
import io.cachepot.protocol.ToolchainWish;
import io.cachepot.protocol.Trends;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.WorkerReportReply;
import io.cachepot.protocol.auth.JobTokenSigner;
import io.cachepot.protocol.auth.TokenException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** All that a scheduler does for clients and workers; how they reach it is not its business. */
public final class SchedulerService implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SchedulerService.class.getName());

    /** From a grant to the moment when the worker lists the job; sending inputs lies between. */
    private static final Duration LEASE_LIFETIME = Duration.ofSeconds(30);

    /** Each start of a worker brings another. */
    private static final int SCHEDULERS_MAX = 64;

    private static final int CERTIFICATES_MAX = 10_000;
    private static final int WORKERS_MAX = 10_000;

    private final WorkerRegistry workers;
    private final JobLedger jobs;
    private final SchedulerDirectory schedulers;
    private final ContentDirectory contents;
    private final Sources sources;
    private final JobTokenSigner signer;

    /** Digests of certificates, by PEM. */
    private final ConcurrentHashMap<String, Digest> certificates = new ConcurrentHashMap<>();

    private final JoinGate gate = new JoinGate();
    private final Allocator allocator;
    private final LeaseSweeper sweeper;
    private final EndedJobs ended = new EndedJobs();
    private final BuildLog builds = new BuildLog(System::nanoTime);

    private final Map<WorkerId, ClusterStatus.Vitals> vitals = new ConcurrentHashMap<>();

    private final SchedulerCounts counts = new SchedulerCounts();
    private final ClusterEvents events = new ClusterEvents(InstantSource.system());
    private final Set<String> everSeen = ConcurrentHashMap.newKeySet();
    private final TrendLog trends = new TrendLog(System.nanoTime());
    private final ClusterStatus status;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("lease-sweeper").daemon().factory());

    /**
     * @param warnings what a person should know of this scheduler's settings
     */
    public SchedulerService(
            WorkerRegistry workers,
            JobLedger jobs,
            SchedulerDirectory schedulers,
            ContentDirectory contents,
            JobTokenSigner signer,
            List<String> warnings) {
        this.workers = workers;
        this.jobs = jobs;
        this.schedulers = schedulers;
        this.contents = contents;
        this.signer = signer;
        var settings = AllocationQueue.Settings.of(schedulers.self());
        sources =
                new Sources(
                        workers,
                        contents,
                        signer,
                        settings.silenceMax(),
                        InstantSource.system(),
                        System::nanoTime,
                        RandomGenerator.getDefault());
        var random = new SecureRandom();
        allocator =
                new Allocator(
                        workers,
                        jobs,
                        schedulers.self(),
                        new AllocationQueue(
                                settings, RandomGenerator.getDefault(), () -> JobId.random(random)),
                        new GrantWriter(signer, InstantSource.system()),
                        events,
                        System::nanoTime);
        status =
                new ClusterStatus(
                        workers,
                        schedulers,
                        ended,
                        worker -> vitals.getOrDefault(worker, ClusterStatus.Vitals.UNKNOWN),
                        allocator::waiting,
                        allocator::oldestWaitMillis,
                        warnings);
        sweeper = new LeaseSweeper(workers, schedulers, jobs, LEASE_LIFETIME);
    }

    public void start() {
        noteSchedulers();
        allocator.start();
        var _ = timer.scheduleWithFixedDelay(this::sweep, 1, 1, TimeUnit.SECONDS);
    }

    /** Before the first sweep, too: one that is there now may be gone by then. */
    private void noteSchedulers() {
        if (everSeen.size() < SCHEDULERS_MAX) {
            everSeen.addAll(schedulers.urls());
        }
    }

    private void sweep() {
        try {
            noteSchedulers();
            long now = System.nanoTime();
            sweeper.sweep(now);
            status.tellChanges(events);
            if (trends.isDue(now)) {
                trends.add(
                        status.status(),
                        counts.now(),
                        builds.total(),
                        System.currentTimeMillis(),
                        now);
            }
        } catch (UnavailableException e) {
            LOG.log(WARNING, "leases not looked after: {0}", e.getMessage());
        } catch (RuntimeException e) { // the timer would end silently
            LOG.log(ERROR, "leases not looked after", e);
        }
    }

    /**
     * Grants permits, waiting for them as long as {@code request} allows.
     *
     * @throws UnavailableException when the grid does not answer
     */
    public AllocJobResponse alloc(AllocJobRequest request) throws InterruptedException {
        counts.returned(request.returned());
        sources.wanted(request.toolchain());
        long began = System.nanoTime();
        try {
            AllocJobResponse response = allocator.alloc(request);
            counts.answered(response, System.nanoTime() - began);
            return response;
        } catch (UnavailableException e) {
            counts.failed();
            throw e;
        }
    }

    /** Frees the permits of grants that nobody will use. */
    public void takeBack(ReturnedGrants grants) {
        counts.returned(grants.returned());
        allocator.takeBack(grants);
    }

    /**
     * Takes a worker's word of itself.
     *
     * @param worker whom its token names
     * @throws WorkerRefusedException when it names another address than its token, or its
     *     certificate or its key is none
     */
    public WorkerReportReply report(WorkerId worker, WorkerReport report) {
        String url = "https://" + worker.address() + "/";
        if (!report.url().equals(url)) {
            throw new WorkerRefusedException(
                    "worker's url is '"
                            + report.url()
                            + "', expected '"
                            + url
                            + "': its token is made for "
                            + worker
                            + ", so public_addr must be that");
        }
        Optional<WorkerEntry> before = workers.find(worker).map(KnownWorker::entry);
        meet(report);
        boolean isNew = workers.report(worker, report, certificate(report));
        if (isNew) {
            allocator.restarted(worker);
            LOG.log(
                    INFO,
                    "worker joined: worker={0} incarnation={1,number,#} permits={2}",
                    worker,
                    report.incarnation(),
                    report.jobsMax());
        }
        if (vitals.size() < WORKERS_MAX || vitals.containsKey(worker)) {
            vitals.put(worker, new ClusterStatus.Vitals(report.load(), report.caches()));
        }
        allocator.ended(worker, report.ended());
        counts.ended(report.ended().size());
        note(worker, report, before);
        return new WorkerReportReply(
                isNew,
                schedulers.tokenKeys(),
                schedulers.urls(),
                schedulers.gridName(),
                mayJoin(worker, report) ? schedulers.gridMembers() : List.of(),
                sources.prefetch(report));
    }

    private boolean mayJoin(WorkerId worker, WorkerReport report) {
        boolean isMember = schedulers.isMember(worker, report.incarnation());
        return gate.mayJoin(worker, isMember, System.nanoTime());
    }

    private void meet(WorkerReport report) {
        try {
            signer.meet(report.tokenKey());
        } catch (TokenException e) {
            throw new WorkerRefusedException("token_key: " + e.getMessage(), e);
        }
    }

    /** What is new of its jobs; those of another scheduler that is there are left to that one. */
    private void note(WorkerId worker, WorkerReport report, Optional<WorkerEntry> before) {
        for (EndedJob job : report.ended()) {
            if (isOurs(job.job(), before)) {
                jobs.note(job.job(), JobRecord.complete(worker, job.wallMillis()));
                job.results().forEach(key -> contents.noteResult(key, worker));
            }
            show(worker, job, before);
        }
        for (JobId job : report.running()) {
            boolean isKnown = before.isPresent() && before.get().running().containsKey(job);
            if (!isKnown && isOurs(job, before)) {
                jobs.note(job, JobRecord.of(JobState.STARTED, worker));
            }
        }
    }

    private void show(WorkerId worker, EndedJob job, Optional<WorkerEntry> before) {
        Lease lease = before.map(entry -> entry.lease(job.job())).orElse(Lease.UNKNOWN);
        ended.add(
                new JobDetails(
                        job.job(),
                        JobState.COMPLETE,
                        worker,
                        lease.client(),
                        lease.forecast().millis(),
                        job.wallMillis(),
                        System.currentTimeMillis(),
                        job.end()));
        events.tell(
                "job_ended",
                Map.of(
                        "job", job.job().hex(),
                        "worker", worker.address(),
                        "client", lease.client(),
                        "wall_millis", Long.toString(job.wallMillis()),
                        "exit_code", Integer.toString(job.end().exitCode())));
    }

    private boolean isOurs(JobId job, Optional<WorkerEntry> before) {
        Lease lease = before.map(entry -> entry.lease(job)).orElse(null);
        return lease == null
                || lease.scheduler().equals(schedulers.self())
                || !schedulers.present().contains(lease.scheduler());
    }

    /** Of a certificate that is known already nothing need be read. */
    private Digest certificate(WorkerReport report) {
        if (certificates.size() > CERTIFICATES_MAX) {
            certificates.clear();
        }
        return certificates.computeIfAbsent(report.certificatePem(), SchedulerService::digest);
    }

    private static Digest digest(String certificatePem) {
        try {
            var in = new ByteArrayInputStream(certificatePem.getBytes(StandardCharsets.US_ASCII));
            var certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
            return Digest.of(certificate.getEncoded());
        } catch (CertificateException e) {
            throw new WorkerRefusedException(
                    "certificate_pem is no X.509 certificate: " + e.getMessage(), e);
        }
    }

    /**
     * Gives {@code worker} no more jobs, or jobs again; those that it has go on.
     *
     * @return whether it is known
     * @throws UnavailableException when the grid does not answer
     */
    public boolean drain(WorkerId worker, boolean isDrained) {
        boolean isKnown = workers.drain(worker, isDrained);
        if (isKnown) {
            LOG.log(
                    INFO,
                    isDrained
                            ? "worker drained by an operator: worker={0}"
                            : "worker takes jobs again: worker={0}",
                    worker);
        }
        return isKnown;
    }

    /** The certificate, as PEM, that {@code worker} shows since its last start. */
    public Optional<String> certificate(WorkerId worker) {
        return workers.certificatePem(worker);
    }

    /** What it did since its start. */
    public SchedulerCounts.Counts counts() {
        return counts.now();
    }

    /** A client tells of a build. */
    public void build(BuildDetails build) {
        builds.add(build);
    }

    /** The latest builds, the one that was told of last first. */
    public List<SeenBuild> builds() {
        return builds.latest();
    }

    /** All that is known of one of them. */
    public Optional<SeenBuild> build(String build) {
        return builds.find(build);
    }

    /** Compiles that clients told of since its start. */
    public BuildDetails.Counts compiles() {
        return builds.total();
    }

    /** The grid, for people. */
    public GridDetails gridDetails() {
        GridFigures figures = schedulers.figures();
        return new GridDetails(
                figures.partitions(),
                figures.partitionsOwned(),
                figures.maps().stream()
                        .map(map ->
                                new GridDetails.MapDetails(
                                        map.name(), map.entries(), map.backups(), map.bytes()))
                        .toList(),
                events.rare());
    }

    /** What its member of the grid holds. */
    public GridFigures grid() {
        return schedulers.figures();
    }

    /** Notes what a worker says of a job. */
    public void jobState(WorkerId worker, JobId job, JobState state) {
        jobs.note(job, JobRecord.of(state, worker));
    }

    /**
     * Who keeps the result {@code key}.
     *
     * @throws UnavailableException when the grid does not answer
     */
    public ResultLocations result(Digest key) {
        return sources.result(key);
    }

    /**
     * Where {@code worker} gets a toolchain that it lacks.
     *
     * @throws UnavailableException when the grid does not answer
     */
    public ToolchainSource toolchainSource(
            WorkerId worker, ToolchainId toolchain, ToolchainWish wish) {
        return sources.toolchain(worker, toolchain, wish.wouldReceive());
    }

    /** How far a job has come; empty when it is not known, or no longer. */
    public Optional<JobRecord> job(JobId job) {
        return jobs.find(job);
    }

    /** Why it is of no use to clients now; empty when it is. */
    public List<String> troubles() {
        return schedulers.health().troubles();
    }

    /** What there is to see. */
    public ClusterStatus status() {
        return status;
    }

    /**
     * URLs of all schedulers that were ever seen here: a page that came from one that is gone goes
     * on with this one.
     */
    public Set<String> everSeen() {
        return Set.copyOf(everSeen);
    }

    /** The last hours. */
    public Trends trends() {
        return trends.trends();
    }

    /** What happens. */
    public ClusterEvents events() {
        return events;
    }

    /** Refuses those that wait and come; to be called before the doors are closed. */
    @Override
    public void close() {
        allocator.close();
        timer.shutdownNow();
    }
}
