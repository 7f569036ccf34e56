package io.cachepot.node;

import static java.lang.System.Logger.Level.WARNING;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What scheduler and worker are told in the same way. */
final class NodeOptions {
    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "Settings: TOML, or JSON if its name ends in .json.")
    private Path config = Path.of("");

    @Option(
            names = "--syslog",
            paramLabel = "LEVEL",
            description = "Log to syslog as well, from this level on: ${COMPLETION-CANDIDATES}.")
    private @Nullable SyslogLevel syslog;

    /** Names as cachepot's users know them. */
    enum SyslogLevel {
        error,
        warn,
        info,
        debug,
        trace
    }

    Path config() {
        return config;
    }

    Optional<String> syslog() {
        return Optional.ofNullable(syslog).map(level -> level.name().toLowerCase(Locale.ROOT));
    }

    void warn(List<String> warnings) {
        System.Logger log = System.getLogger(NodeOptions.class.getName());
        warnings.forEach(warning -> log.log(WARNING, warning));
    }

    /** The whole command line, to be run again. */
    static List<String> arguments(@Nullable CommandSpec spec) {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the specification");
        }
        return spec.root().commandLine().getParseResult().originalArgs();
    }
}
