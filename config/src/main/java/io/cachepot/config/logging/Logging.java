package io.cachepot.config.logging;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.ZoneId;
import java.util.Properties;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Points java.util.logging, and so {@link System.Logger}, at standard error. */
public final class Logging {
    private static final String OURS = "io.cachepot";

    private Logging() {}

    /**
     * Replaces whatever was configured. Our own code logs at the level of {@code kind} and
     * libraries from WARNING unless {@code filter} says otherwise.
     */
    public static void configure(LogKind kind, LogFilter filter) {
        readConfiguration(properties(kind, filter));
        var handler = new ConsoleHandler();
        handler.setLevel(Level.ALL);
        handler.setFormatter(
                new LogFormat(kind, ProcessHandle.current().pid(), ZoneId.systemDefault()));
        Logger.getLogger("").addHandler(handler);
    }

    static Properties properties(LogKind kind, LogFilter filter) {
        var properties = new Properties();
        properties.setProperty(".level", filter.everything().orElse(Level.WARNING).getName());
        properties.setProperty(
                OURS + ".level", filter.everything().orElse(kind.defaultLevel()).getName());
        filter.levels()
                .forEach((logger, level) ->
                        properties.setProperty(logger + ".level", level.getName()));
        return properties;
    }

    /** As properties and not by setLevel: the manager forgets a logger that nobody holds. */
    private static void readConfiguration(Properties properties) {
        try {
            var bytes = new ByteArrayOutputStream();
            properties.store(bytes, null);
            LogManager.getLogManager()
                    .readConfiguration(new ByteArrayInputStream(bytes.toByteArray()));
        } catch (IOException e) {
            throw new IllegalStateException("nothing but memory was read", e);
        }
    }
}
