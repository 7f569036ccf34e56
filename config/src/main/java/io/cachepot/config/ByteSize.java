package io.cachepot.config;

import java.util.regex.Pattern;

/** Reads sizes as people write them. */
public final class ByteSize {
    /** What {@link #parse} takes, for an error message. */
    public static final String EXPECTED = "bytes, or a number with K, M, G or T as in 20G";

    private static final Pattern FORM = Pattern.compile("(\\d{1,19})([KMGT]?)");
    private static final String UNITS = "KMGT";
    private static final int BITS_PER_UNIT = 10;

    private ByteSize() {}

    /**
     * Bytes in {@code text}, units being binary: {@code 20G} is 20 * 2^30.
     *
     * @throws IllegalArgumentException if {@code text} is no size, or is 2^63 bytes or more
     */
    public static long parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw refused(text);
        }
        int shift = BITS_PER_UNIT * (UNITS.indexOf(matcher.group(2)) + 1);
        try {
            return Math.multiplyExact(
                    Long.parseLong(matcher.group(1)), matcher.group(2).isEmpty() ? 1 : 1L << shift);
        } catch (ArithmeticException | NumberFormatException _) { // both mean: too large for a long
            throw refused(text);
        }
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException("is '" + text + "', expected " + EXPECTED);
    }
}
