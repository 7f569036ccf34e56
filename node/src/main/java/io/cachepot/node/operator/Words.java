package io.cachepot.node.operator;

import java.util.Locale;

/** Figures for people. */
final class Words {
    private static final long SECOND_MILLIS = 1_000;
    private static final long MINUTE_MILLIS = 60 * SECOND_MILLIS;
    private static final long HOUR_MILLIS = 60 * MINUTE_MILLIS;
    private static final long DAY_MILLIS = 24 * HOUR_MILLIS;
    private static final double MEBIBYTE = 1 << 20;
    private static final double GIBIBYTE = 1 << 30;

    private Words() {}

    /** {@code 12 ms}, {@code 3.4 s}, {@code 17 min}, {@code 5 h}, {@code 3 d}. */
    static String time(long millis) {
        if (millis < SECOND_MILLIS) {
            return millis + " ms";
        }
        if (millis < MINUTE_MILLIS) {
            return String.format(Locale.ROOT, "%.1f s", millis / (double) SECOND_MILLIS);
        }
        if (millis < HOUR_MILLIS) {
            return millis / MINUTE_MILLIS + " min";
        }
        return millis < 2 * DAY_MILLIS ? millis / HOUR_MILLIS + " h" : millis / DAY_MILLIS + " d";
    }

    /** The same; {@code -} for 0, which stands for what is not known. */
    static String timeIfKnown(long millis) {
        return millis == 0 ? "-" : time(millis);
    }

    /** {@code 512 MiB}, {@code 7.8 GiB}; {@code -} for 0, which stands for what is not known. */
    static String bytesIfKnown(long bytes) {
        if (bytes == 0) {
            return "-";
        }
        return bytes < GIBIBYTE
                ? String.format(Locale.ROOT, "%.0f MiB", bytes / MEBIBYTE)
                : String.format(Locale.ROOT, "%.1f GiB", bytes / GIBIBYTE);
    }

    /** {@code 97 %}; {@code -} of nothing. */
    static String percent(long part, long whole) {
        return whole == 0 ? "-" : Math.round(100.0 * part / whole) + " %";
    }

    /** With an ellipsis for what does not fit. */
    static String cut(String text, int chars) {
        return text.length() <= chars ? text : text.substring(0, chars - 1) + "…";
    }

    /** {@code 1 worker}, {@code 2 workers}. */
    static String count(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
