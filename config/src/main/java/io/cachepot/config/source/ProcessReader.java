package io.cachepot.config.source;

import io.cachepot.config.ProcessConfig;
import io.cachepot.config.logging.LogFilter;

/** Reads how a daemon lives. */
final class ProcessReader {
    private ProcessReader() {}

    static Read<ProcessConfig> read(TableReader table) {
        var foreground =
                table.text("no_daemon", "1", "1"::equals).or(ProcessConfig.DEFAULT.isForeground());
        var errorLog = table.path("error_log").optional();
        var log =
                table.text("log", "a log filter", LogFilter::parse)
                        .or(ProcessConfig.DEFAULT.logFilter());
        return table.build(() -> new ProcessConfig(foreground.get(), errorLog.get(), log.get()));
    }
}
