package io.cachepot.client.stats;

import java.util.Locale;

/** Times for people. */
public final class Durations {
    private static final double MILLI = 1e6;
    private static final double SECOND = 1e9;

    private Durations() {}

    /** {@code 0.05 ms}, {@code 12 ms}, {@code 3.4 s}: two digits that count. */
    public static String text(long nanos) {
        if (nanos >= SECOND) {
            return text(nanos / SECOND, "s");
        }
        return text(nanos / MILLI, "ms");
    }

    private static String text(double value, String unit) {
        String format = value >= 10 ? "%.0f %s" : value >= 1 ? "%.1f %s" : "%.2f %s";
        return String.format(Locale.ROOT, format, value, unit);
    }
}
