package io.cachepot.config.logging;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.regex.Pattern;

/**
 * What to log, as {@code CACHEPOT_LOG} says it: {@code trace}, or {@code
 * cachepot=debug,cachepot-dist=info}; the syntax is that of Rust's env_logger without its regular
 * expression.
 *
 * @param everything level of what no target covers; absent where nothing was said
 * @param levels level by logger name; the longest name that a logger's begins with counts
 * @param ignored directives that made no sense, in order; not an error, because {@code RUST_LOG} is
 *     also written for other programs
 */
public record LogFilter(
        Optional<Level> everything, Map<String, Level> levels, List<String> ignored) {
    /** Says nothing: each program logs at its own default level. */
    public static final LogFilter DEFAULT = new LogFilter(Optional.empty(), Map.of(), List.of());

    private static final int DIRECTIVES_MAX = 1_000;
    private static final Map<String, Level> LEVELS =
            Map.of(
                    "off", Level.OFF,
                    "error", Level.SEVERE,
                    "warn", Level.WARNING,
                    "info", Level.INFO,
                    "debug", Level.FINE,
                    "trace", Level.FINEST);
    private static final Pattern TARGET = Pattern.compile("[0-9A-Za-z_$.:-]{1,200}");

    /** What our programs were called as crates, which is what users write. */
    private static final Map<String, String> LOGGERS =
            Map.of(
                    "cachepot", "io.cachepot",
                    "cachepot-dist", "io.cachepot.node",
                    "cachepot_dist", "io.cachepot.node");

    public LogFilter {
        levels = Map.copyOf(levels);
        ignored = List.copyOf(ignored);
    }

    /** Reads comma separated directives: {@code level}, {@code target} or {@code target=level}. */
    public static LogFilter parse(String text) {
        var everything = Optional.<Level>empty();
        var levels = new TreeMap<String, Level>();
        var ignored = new ArrayList<String>();
        for (var part : text.split(",", DIRECTIVES_MAX)) {
            var directive = part.strip();
            if (directive.isEmpty()) {
                continue;
            }
            int equals = directive.indexOf('=');
            var target = equals < 0 ? directive : directive.substring(0, equals).strip();
            var level = level(equals < 0 ? directive : directive.substring(equals + 1).strip());
            if (equals < 0 && level.isPresent()) {
                everything = level;
            } else if (TARGET.matcher(target).matches() && (equals < 0 || level.isPresent())) {
                levels.put(logger(target), level.orElse(Level.FINEST));
            } else {
                ignored.add(directive);
            }
        }
        return new LogFilter(everything, levels, ignored);
    }

    private static Optional<Level> level(String name) {
        return Optional.ofNullable(LEVELS.get(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * {@code cachepot::dist} is {@code io.cachepot.dist}; other names are those of Java loggers.
     */
    private static String logger(String target) {
        var parts = target.split("::", 2);
        var crate = LOGGERS.getOrDefault(parts[0], parts[0]);
        return parts.length == 1 ? crate : crate + "." + parts[1].replace("::", ".");
    }
}
