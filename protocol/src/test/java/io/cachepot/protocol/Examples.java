package io.cachepot.protocol;

import io.cachepot.protocol.AllocJobResponse.Granted;
import io.cachepot.protocol.AllocJobResponse.Refused;
import io.cachepot.protocol.SchedulerStatus.GridView;
import io.cachepot.protocol.SchedulerStatus.MemberView;
import io.cachepot.protocol.SchedulerStatus.WorkerView;
import io.cachepot.protocol.WorkerReport.State;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** One message of each kind, each field set. */
public final class Examples {
    public static final Digest DIGEST = Digest.of(Bytes.utf8("content"));
    public static final ToolchainId TOOLCHAIN = new ToolchainId(Digest.of(Bytes.utf8("tar")));
    public static final JobId JOB_ID = new JobId("00112233445566778899aabbccddeeff");
    public static final WorkerId WORKER = new WorkerId("10.0.0.7:10501");

    public static final Job JOB =
            new Job(
                    TOOLCHAIN,
                    "/usr/bin/gcc",
                    List.of("gcc", "-c", "a.c", "-o", "a.o"),
                    "/home/u/p",
                    Map.of("LC_ALL", "C.UTF-8", "PATH", "/usr/bin"),
                    List.of(
                            new InputEntry.File("/home/u/p/a.c", DIGEST, 7, false),
                            new InputEntry.Symlink("/home/u/p/b.h", "../q/b.h"),
                            new InputEntry.Directory("/usr/include")),
                    List.of("/home/u/p/a.o", "/home/u/p/a.d"),
                    60_000);

    private Examples() {}

    /** By the name of the golden file. */
    public static Map<String, Object> all() {
        var all = new LinkedHashMap<String, Object>();
        all.put("job", JOB);
        all.put(
                "alloc-request",
                new AllocJobRequest(
                        TOOLCHAIN,
                        3,
                        2_000,
                        "u@host",
                        Priority.HIGH,
                        2,
                        new JobForecast(1_500, 1 << 30),
                        List.of(new WorkerId("10.0.0.9:10501")),
                        List.of(
                                new ReturnedGrant(
                                        JOB_ID, WORKER, ReturnedGrant.Reason.UNREACHABLE))));
        all.put(
                "returned-grants",
                new ReturnedGrants(
                        "u@host",
                        List.of(new ReturnedGrant(JOB_ID, WORKER, ReturnedGrant.Reason.UNUSED))));
        all.put("alloc-granted", new Granted(List.of(grant())));
        all.put("alloc-refused", new Refused("all 4 permits are taken", 500));
        all.put("result-complete", new RunJobResult.Complete(1, 12_345, 67_108_864));
        all.put("result-toolchain-missing", new RunJobResult.ToolchainMissing(TOOLCHAIN));
        all.put("result-inputs-missing", new RunJobResult.InputsMissing(List.of(DIGEST)));
        all.put(
                "result-not-run",
                new RunJobResult.NotRun(RunJobResult.Reason.NO_PERMIT, "2 jobs run already"));
        all.put("submit-ready", new SubmitToolchainResult.Ready());
        all.put("submit-refused", new SubmitToolchainResult.Refused("entry '../x'"));
        all.put(
                "worker-report",
                new WorkerReport(
                        7,
                        42,
                        "https://10.0.0.7:10501/",
                        "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n",
                        "MCowBQYDK2VuAyEA",
                        8,
                        State.UP,
                        List.of(JOB_ID),
                        List.of(
                                new EndedJob(
                                        new JobId("ffeeddccbbaa99887766554433221100"),
                                        250,
                                        List.of(DIGEST),
                                        new JobEnd(
                                                1, "", 900, 40, 2_100, 249_000, "a.c:1: error"))),
                        List.of(TOOLCHAIN),
                        8,
                        16L << 30,
                        3.5,
                        List.of(new CacheDetails("results", 5, 10, 3, 2, 1)),
                        "0.1.0"));
        all.put(
                "worker-report-reply",
                new WorkerReportReply(
                        true,
                        List.of("MCowBQ=="),
                        List.of("http://10.0.0.1:10600/"),
                        "cachepot",
                        List.of("10.0.0.1:5701"),
                        List.of(TOOLCHAIN)));
        all.put("toolchain-wish", new ToolchainWish(true));
        all.put("result-locations", new ResultLocations(List.of(location())));
        all.put("toolchain-source-workers", new ToolchainSource.Workers(List.of(location())));
        all.put(
                "toolchain-source-arriving",
                new ToolchainSource.Arriving(new WorkerId("10.0.0.8:10501")));
        all.put("toolchain-source-client", new ToolchainSource.Client());
        all.put(
                "status",
                new SchedulerStatus(
                        1,
                        1,
                        8,
                        2,
                        3,
                        4_200,
                        new GridView("cachepot", "no_replica", 4, 1_500),
                        List.of("http://10.0.0.1:10600/"),
                        List.of(new WorkerView(WORKER, State.DRAINING, 8, 2, 1, "0.1.0")),
                        List.of(new MemberView("10.0.0.1:5701", "scheduler", "", true, true)),
                        List.of("no replica")));
        all.put(
                "build",
                new BuildDetails(
                        JOB_ID.hex(),
                        "u@host",
                        "make",
                        "zlib",
                        1_790_000_000_000L,
                        12_345,
                        false,
                        3,
                        new BuildDetails.Counts(70, 6, 20, 3, 1, 2, 1),
                        40_000,
                        List.of(new BuildDetails.Reason("not seen before", 23)),
                        List.of(new BuildDetails.Reason("-save-temps", 1)),
                        List.of(new BuildDetails.Reason("sooner here than on a worker", 3)),
                        List.of(
                                new BuildDetails.Slow(
                                        "src/a.c", "remote", "10.0.0.7:10501", 2_500))));
        all.put("error", new ErrorBody("unauthorized", "client token is wrong"));
        return all;
    }

    public static Object named(String name) {
        return Objects.requireNonNull(all().get(name), name);
    }

    private static Location location() {
        return new Location(WORKER, "https://10.0.0.7:10501/", DIGEST, "a.b.c");
    }

    private static Grant grant() {
        return new Grant(JOB_ID, WORKER, "https://10.0.0.7:10501/", DIGEST, "a.b.c", 30_000, true);
    }
}
