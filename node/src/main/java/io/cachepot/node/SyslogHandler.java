package io.cachepot.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.IOException;
import java.util.List;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/**
 * Writes a log to syslog, facility daemon, through {@code logger} (of bsdutils or util-linux): the
 * JDK has no datagram sockets of the Unix kind.
 */
final class SyslogHandler extends Handler {
    private static final int FACILITY_DAEMON = 3 << 3;
    private static final int SEVERITY_ERROR = 3;
    private static final int SEVERITY_WARNING = 4;
    private static final int SEVERITY_INFO = 6;
    private static final int SEVERITY_DEBUG = 7;

    private final BufferedWriter lines;

    private SyslogHandler(BufferedWriter lines) {
        this.lines = lines;
        setLevel(Level.ALL);
        setFormatter(new SimpleFormatter());
    }

    /** Starts {@code logger}, which ends with this process. */
    static SyslogHandler open(String tag) throws IOException {
        return writingTo(List.of("logger", "--tag", tag, "--prio-prefix"));
    }

    /** Starts {@code command}, which takes lines that begin with their priority in brackets. */
    static SyslogHandler writingTo(List<String> command) throws IOException {
        Process logger =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        return new SyslogHandler(logger.outputWriter(UTF_8));
    }

    @Override
    public synchronized void publish(LogRecord logged) {
        if (!isLoggable(logged)) {
            return;
        }
        try {
            String message = getFormatter().formatMessage(logged).replace('\n', ' ');
            lines.write("<" + (FACILITY_DAEMON | severity(logged.getLevel())) + ">" + message);
            if (logged.getThrown() != null) {
                lines.write(": " + logged.getThrown());
            }
            lines.newLine();
            lines.flush();
        } catch (IOException e) {
            reportError("syslog is not to be had", e, ErrorManager.WRITE_FAILURE);
        }
    }

    private static int severity(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return SEVERITY_ERROR;
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return SEVERITY_WARNING;
        }
        return level.intValue() >= Level.INFO.intValue() ? SEVERITY_INFO : SEVERITY_DEBUG;
    }

    @Override
    public void flush() {
        // Each record is written at once.
    }

    @Override
    public synchronized void close() {
        try {
            lines.close();
        } catch (IOException _) {
            // The log is at its end anyway.
        }
    }
}
