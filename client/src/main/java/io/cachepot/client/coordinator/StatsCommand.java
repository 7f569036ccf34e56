package io.cachepot.client.coordinator;

import io.cachepot.client.cache.DiskStore;
import io.cachepot.client.cli.ClientCommand.OutputFormat;
import io.cachepot.client.stats.KeptStats;
import io.cachepot.client.stats.StatsReport;
import java.nio.file.Path;

/** Shows and zeroes the statistics. */
final class StatsCommand {
    private final KeptStats stats;
    private final DiskStore store;
    private final Path cacheDirectory;
    private final CacheTrouble trouble;

    StatsCommand(KeptStats stats, DiskStore store, Path cacheDirectory, CacheTrouble trouble) {
        this.stats = stats;
        this.store = store;
        this.cacheDirectory = cacheDirectory;
        this.trouble = trouble;
    }

    String show(OutputFormat format) throws InterruptedException {
        var report =
                new StatsReport(
                        stats.tally(),
                        "Local disk: \"" + cacheDirectory + "\"",
                        store.bytes(),
                        store.bytesMax());
        return switch (format) {
            case TEXT ->
                    report.text()
                            + trouble.text().map(text -> "\nWarning: " + text + "\n").orElse("");
            case JSON -> report.json();
        };
    }

    /** For all coordinators that share the cache directory. */
    String zero(OutputFormat format) throws InterruptedException {
        stats.zero();
        return show(format);
    }
}
