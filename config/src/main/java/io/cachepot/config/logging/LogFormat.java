package io.cachepot.config.logging;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * One line for each record, {@code 2026-01-31T09:05:01.042 WARN [PID 17] coordinator message}, and
 * a stack trace under it if there is one. Control characters of a message are escaped: a peer's
 * text cannot pass for a line of ours.
 */
public final class LogFormat extends Formatter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS");

    private final LogKind kind;
    private final long pid;
    private final ZoneId zone;

    public LogFormat(LogKind kind, long pid, ZoneId zone) {
        this.kind = kind;
        this.pid = pid;
        this.zone = zone;
    }

    @Override
    public String format(LogRecord logged) {
        return TIME.format(logged.getInstant().atZone(zone))
                + " "
                + label(logged.getLevel())
                + " [PID "
                + pid
                + "] "
                + kind.label()
                + " "
                + escape(String.valueOf(formatMessage(logged)))
                + "\n"
                + stackTrace(logged);
    }

    private static String label(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "ERROR";
        } else if (level.intValue() >= Level.WARNING.intValue()) {
            return "WARN";
        } else if (level.intValue() >= Level.INFO.intValue()) {
            return "INFO";
        } else if (level.intValue() >= Level.FINE.intValue()) {
            return "DEBUG";
        }
        return "TRACE";
    }

    private static String escape(String message) {
        if (message.chars().noneMatch(Character::isISOControl)) {
            return message;
        }
        var escaped = new StringBuilder(message.length() + 16);
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            switch (c) {
                case '\n' -> escaped.append("\\n");
                case '\t' -> escaped.append("\\t");
                case '\r' -> escaped.append("\\r");
                default -> escaped.append(Character.isISOControl(c) ? "?" : String.valueOf(c));
            }
        }
        return escaped.toString();
    }

    private static String stackTrace(LogRecord logged) {
        if (logged.getThrown() == null) {
            return "";
        }
        var text = new StringWriter();
        logged.getThrown().printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
