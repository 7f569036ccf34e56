package io.cachepot.protocol;

/** What somebody else wrote, for a terminal or a message. */
public final class Printable {
    private Printable() {}

    /** {@code text} with {@code ?} for what moves a cursor or ends a line. */
    public static String of(String text) {
        var clean = new StringBuilder();
        text.codePoints().forEach(c -> clean.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return clean.toString();
    }
}
