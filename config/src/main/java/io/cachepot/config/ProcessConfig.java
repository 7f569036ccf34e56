package io.cachepot.config;

import io.cachepot.config.logging.LogFilter;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a daemon of ours lives; from the environment alone.
 *
 * @param isForeground with {@code 1}, whether it stays attached to its terminal
 * @param errorLog where its standard error goes; absent where it is
 * @param logFilter what it logs
 */
public record ProcessConfig(
        @Key("no_daemon") boolean isForeground,
        Optional<Path> errorLog,
        @Key("log") LogFilter logFilter) {
    public static final ProcessConfig DEFAULT =
            new ProcessConfig(false, Optional.empty(), LogFilter.DEFAULT);

    public ProcessConfig {
        errorLog.ifPresent(path -> new Checks().absolute("error_log", path).verify());
    }
}
