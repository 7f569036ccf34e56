package io.cachepot.config;

/**
 * One thing that is wrong with the settings; never holds a secret.
 *
 * @param place {@code <file>:<line>:<column>}, the name of a variable or flag, or empty if the
 *     record was not made from a source
 * @param key dotted, as in {@code limits.jobs_max}; empty if no key is at fault
 * @param problem what is wrong and what was expected, as in {@code is 0, expected at least 1}
 */
public record Mistake(String place, String key, String problem) {

    private static final int LINE_CHARS_MAX = 1_000;

    /** {@code <place>: <key>: <problem>}, on one line of bounded length. */
    @Override
    public String toString() {
        return oneLine(
                (place.isEmpty() ? "" : place + ": ")
                        + (key.isEmpty() ? "" : key + ": ")
                        + problem);
    }

    private static String oneLine(String text) {
        var line = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .forEach(line::appendCodePoint);
        return line.length() <= LINE_CHARS_MAX
                ? line.toString()
                : line.substring(0, LINE_CHARS_MAX) + "...";
    }
}
