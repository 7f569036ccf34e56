package io.cachepot.protocol.text;

/** Text for a terminal of eighty columns, broken at blanks. */
public final class Lines {
    private static final int COLUMNS = 80;

    /** A blank at which no line is broken. */
    public static final char TIED = '\u00a0';

    private final StringBuilder text = new StringBuilder();

    /** An empty line. */
    public Lines gap() {
        text.append('\n');
        return this;
    }

    /**
     * One paragraph; later lines stand as far to the right as {@code label} is long.
     *
     * @param label stands in front of the first line; may be blanks
     */
    public Lines add(String label, String paragraph) {
        var line = new StringBuilder(label);
        boolean isEmpty = true;
        for (String word : paragraph.split(" ", -1)) {
            if (!isEmpty && line.length() + 1 + word.length() > COLUMNS) {
                end(line);
                line.append(" ".repeat(label.length()));
                isEmpty = true;
            }
            line.append(isEmpty ? "" : " ").append(word);
            isEmpty = false;
        }
        end(line);
        return this;
    }

    private void end(StringBuilder line) {
        text.append(line.toString().stripTrailing().replace(TIED, ' ')).append('\n');
        line.setLength(0);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
