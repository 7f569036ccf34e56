package io.cachepot.protocol.text;

import java.util.Optional;

/**
 * What one look showed.
 *
 * @param subject one or two words
 * @param text what is so
 * @param fix what to do about it
 */
public record Finding(Level level, String subject, String text, Optional<String> fix) {
    /** How bad it is. */
    public enum Level {
        OK,
        /** Fewer hits than could be. */
        WARN,
        /** Nothing is cached, or not everything works. */
        FAIL
    }

    public static Finding ok(String subject, String text) {
        return new Finding(Level.OK, subject, text, Optional.empty());
    }

    public static Finding warn(String subject, String text, String fix) {
        return warn(subject, text, Optional.of(fix));
    }

    public static Finding warn(String subject, String text, Optional<String> fix) {
        return new Finding(Level.WARN, subject, text, fix);
    }

    public static Finding fail(String subject, String text, String fix) {
        return new Finding(Level.FAIL, subject, text, Optional.of(fix));
    }
}
