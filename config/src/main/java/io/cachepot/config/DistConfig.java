package io.cachepot.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;

/**
 * How a client uses a cluster: table {@code dist}.
 *
 * @param schedulerUrls base addresses of schedulers, one or a list; none turns distribution off
 * @param toolchains at most one for each compiler
 * @param toolchainCacheBytesMax most bytes of packaged toolchains, at least 1
 * @param cacheDir where packaged toolchains are kept
 * @param isRewriteIncludesOnly known from cachepot and sccache, which send preprocessed source; has
 *     no effect here
 * @param priority {@code low}, {@code normal} or {@code high}: each step is worth four times the
 *     share of the one below while workers are busy
 * @param isResultCache whether results that workers keep are asked for before a compile
 * @param isSmallLocal whether compiles that a worker would not end sooner are done here while there
 *     is a processor for them
 * @param isBuildsReported whether schedulers are told how builds go, for their console
 */
public record DistConfig(
        @Key("scheduler_url") List<URI> schedulerUrls,
        DistAuth auth,
        List<Toolchain> toolchains,
        @Key("toolchain_cache_size") long toolchainCacheBytesMax,
        Path cacheDir,
        boolean isRewriteIncludesOnly,
        Priority priority,
        boolean isResultCache,
        boolean isSmallLocal,
        @Key("report_builds") boolean isBuildsReported) {
    /** How urgent this client's compiles are to the schedulers. */
    public enum Priority {
        LOW,
        NORMAL,
        HIGH
    }

    public DistConfig {
        schedulerUrls = List.copyOf(schedulerUrls);
        toolchains = List.copyOf(toolchains);
        var compilers = new HashSet<Path>();
        var checks =
                new Checks()
                        .that(
                                schedulerUrls.stream().allMatch(WebAddress::isBase),
                                "scheduler_url",
                                schedulerUrls,
                                WebAddress.EXPECTED_BASE)
                        .atLeast(1, "toolchain_cache_size", toolchainCacheBytesMax)
                        .absolute("cache_dir", cacheDir);
        for (var toolchain : toolchains) {
            checks.that(
                    compilers.add(toolchain.compilerExecutable()),
                    "toolchains",
                    "ambiguous about '" + toolchain.compilerExecutable() + "'",
                    "one entry for each compiler");
        }
        checks.verify();
    }

    /** No scheduler, and 10 GiB for toolchains. */
    public static DistConfig defaults(Path cacheDir) {
        return new DistConfig(
                List.of(),
                DistAuth.DEFAULT,
                List.of(),
                10L << 30,
                cacheDir,
                false,
                Priority.NORMAL,
                true,
                true,
                true);
    }

    /** Whether there is a scheduler to ask. */
    public boolean isEnabled() {
        return !schedulerUrls.isEmpty();
    }
}
