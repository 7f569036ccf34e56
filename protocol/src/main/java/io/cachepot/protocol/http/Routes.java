package io.cachepot.protocol.http;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Paths of the two services. Names as cachepot documents them. */
public final class Routes {
    /** POST {@code AllocJobRequest}, client token -> {@code AllocJobResponse}. */
    public static final String ALLOC_JOB = "/api/v1/scheduler/alloc_job";

    /** POST {@code ReturnedGrants}, client token -> nothing. */
    public static final String RETURN_GRANTS = "/api/v1/scheduler/return_grants";

    /** GET -> the worker's certificate as PEM; followed by {@code /host:port}. */
    public static final String WORKER_CERTIFICATE = "/api/v1/scheduler/worker_certificate";

    /** POST {@code WorkerReport}, worker token -> {@code WorkerReportReply}. */
    public static final String HEARTBEAT_WORKER = "/api/v1/scheduler/heartbeat_worker";

    /** POST {@code JobState}, worker token; followed by {@code /<job id>}. */
    public static final String JOB_STATE = "/api/v1/scheduler/job_state";

    /** GET -> {@code SchedulerStatus}. */
    public static final String STATUS = "/api/v1/scheduler/status";

    /** GET, client token -> a list of {@code WorkerDetails}. */
    public static final String WORKERS = "/api/v1/scheduler/workers";

    /** GET, client token -> a list of {@code JobDetails}: those under way, and the last ended. */
    public static final String JOBS = "/api/v1/scheduler/jobs";

    /** GET, client token -> {@code JobDetails}; followed by {@code /<job id>}. */
    public static final String JOB = "/api/v1/scheduler/job";

    /** POST {@code BuildDetails}, client token -> nothing. */
    public static final String REPORT_BUILD = "/api/v1/scheduler/report_build";

    /** GET, client token -> a list of {@code SeenBuild}, the latest first, without their lists. */
    public static final String BUILDS = "/api/v1/scheduler/builds";

    /** GET, client token -> {@code SeenBuild}, all of it; followed by {@code /<build id>}. */
    public static final String BUILD = "/api/v1/scheduler/build";

    /** GET, client token -> a list of {@code ToolchainDetails}. */
    public static final String TOOLCHAINS = "/api/v1/scheduler/toolchains";

    /** GET, client token -> {@code GridDetails}. */
    public static final String GRID = "/api/v1/scheduler/grid";

    /** GET, client token -> {@code Trends}: the last hours. */
    public static final String TRENDS = "/api/v1/scheduler/trends";

    /** GET, client token -> {@code Viewer}: what the token is good for. */
    public static final String VIEWER = "/api/v1/scheduler/viewer";

    /** POST, operator token -> nothing; followed by {@code /host:port} of a worker. */
    public static final String DRAIN = "/api/v1/scheduler/drain";

    /** The other way round. */
    public static final String UNDRAIN = "/api/v1/scheduler/undrain";

    /** GET, client token -> {@code ResultLocations}; followed by {@code /<result key>}. */
    public static final String RESULT = "/api/v1/scheduler/result";

    /**
     * POST {@code ToolchainWish}, worker token -> {@code ToolchainSource}; followed by {@code
     * /<toolchain id>}.
     */
    public static final String TOOLCHAIN_SOURCE = "/api/v1/scheduler/toolchain_source";

    /** GET, client token -> server-sent events, each a {@code ClusterEvent}. */
    public static final String EVENTS = "/api/v1/scheduler/events";

    /** GET, client token, or a worker's metrics token -> Prometheus' text format. */
    public static final String METRICS = "/metrics";

    /**
     * POST archive bytes, job token -> {@code SubmitToolchainResult}; followed by {@code /<job
     * id>}.
     */
    public static final String SUBMIT_TOOLCHAIN = "/api/v1/distworker/submit_toolchain";

    /** GET, fetch token -> archive bytes; followed by {@code /<toolchain id>}. */
    public static final String FETCH_TOOLCHAIN = "/api/v1/distworker/toolchain";

    /** GET, fetch token -> a result stream; followed by {@code /<result key>}. */
    public static final String FETCH_RESULT = "/api/v1/distworker/result";

    /** POST a job stream, job token -> a result stream; followed by {@code /<job id>}. */
    public static final String RUN_JOB = "/api/v1/distworker/run_job";

    /** GET, nobody's token -> 200 while the process is alive; both services have it. */
    public static final String LIVE = "/healthz";

    /** GET, nobody's token -> 200, or 503 with reasons why it is of no use now. */
    public static final String READY = "/readyz";

    private Routes() {}

    public static String workerCertificate(WorkerId worker) {
        return ofWorker(WORKER_CERTIFICATE, worker);
    }

    public static String drain(WorkerId worker) {
        return ofWorker(DRAIN, worker);
    }

    public static String undrain(WorkerId worker) {
        return ofWorker(UNDRAIN, worker);
    }

    private static String ofWorker(String route, WorkerId worker) {
        return route + "/" + URLEncoder.encode(worker.address(), StandardCharsets.UTF_8);
    }

    public static String jobState(JobId job) {
        return JOB_STATE + "/" + job;
    }

    public static String result(Digest key) {
        return RESULT + "/" + key;
    }

    public static String toolchainSource(ToolchainId toolchain) {
        return TOOLCHAIN_SOURCE + "/" + toolchain;
    }

    public static String fetchToolchain(ToolchainId toolchain) {
        return FETCH_TOOLCHAIN + "/" + toolchain;
    }

    public static String fetchResult(Digest key) {
        return FETCH_RESULT + "/" + key;
    }

    public static String submitToolchain(JobId job) {
        return SUBMIT_TOOLCHAIN + "/" + job;
    }

    public static String runJob(JobId job) {
        return RUN_JOB + "/" + job;
    }
}
