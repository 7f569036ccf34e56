package io.cachepot.protocol;

import java.util.List;

/**
 * All that the schedulers know of one worker.
 *
 * @param heardMillis how long ago its last report came
 * @param slowness how long its jobs take against what their clients expect: 2 is twice as long
 * @param load of its machine, as it told this scheduler; negative where that is not known
 * @param caches what is on its disk, as it told this scheduler
 * @param jobs that hold a permit, those that were granted and have not begun among them
 */
public record WorkerDetails(
        WorkerId id,
        String url,
        long incarnation,
        WorkerReport.State state,
        long heardMillis,
        int jobsMax,
        int cpus,
        long memoryBytes,
        double slowness,
        String version,
        double load,
        List<CacheDetails> caches,
        List<JobDetails> jobs,
        List<ToolchainId> toolchains) {
    public WorkerDetails {
        caches = List.copyOf(caches);
        jobs = List.copyOf(jobs);
        toolchains = List.copyOf(toolchains);
    }
}
