package io.cachepot.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Settings of a worker.
 *
 * @param publicAddr how clients reach it, always by HTTPS
 * @param bindAddr where it listens; without it at {@code public_addr}
 * @param cacheDir where toolchains and results are kept
 * @param toolchainCacheBytesMax most bytes of toolchains, at least 1
 * @param resultCacheBytesMax most bytes of results that are kept for other clients; 0 keeps none
 * @param metricsToken what whoever reads its metrics shows; nobody can without it
 * @param schedulerUrls base addresses of schedulers, one or a list
 * @param grid absent if it is learned from the scheduler
 */
public record WorkerConfig(
        PublicAddress publicAddr,
        HostPort bindAddr,
        Path cacheDir,
        @Key("toolchain_cache_size") long toolchainCacheBytesMax,
        @Key("result_cache_size") long resultCacheBytesMax,
        Optional<Secret> metricsToken,
        @Key("scheduler_url") List<URI> schedulerUrls,
        Builder builder,
        SchedulerAuth schedulerAuth,
        WorkerLimits limits,
        Optional<GridConfig> grid,
        ProcessConfig process) {
    public static final long DEFAULT_TOOLCHAIN_CACHE_BYTES_MAX = 10L << 30;
    public static final long DEFAULT_RESULT_CACHE_BYTES_MAX = 10L << 30;

    public WorkerConfig {
        schedulerUrls = List.copyOf(schedulerUrls);
        metricsToken.ifPresent(token -> new Checks().notEmpty("metrics_token", token).verify());
        new Checks()
                .that(
                        publicAddr.scheme().orElse("https").equals("https"),
                        "public_addr",
                        "'" + publicAddr.url("https") + "'",
                        "host:port or an https URL, for a worker speaks HTTPS alone")
                .absolute("cache_dir", cacheDir)
                .atLeast(1, "toolchain_cache_size", toolchainCacheBytesMax)
                .atLeast(0, "result_cache_size", resultCacheBytesMax)
                .that(!schedulerUrls.isEmpty(), "scheduler_url", "empty", "at least one URL")
                .that(
                        schedulerUrls.stream().allMatch(WebAddress::isBase),
                        "scheduler_url",
                        schedulerUrls,
                        WebAddress.EXPECTED_BASE)
                .verify();
    }

    /** What clients put in front of a route; ends in {@code /}. */
    public URI publicUrl() {
        return publicAddr.url("https");
    }
}
