package io.cachepot.client.include;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Reads the dependency list that {@code -M} and its kin write: one make rule, its targets, a colon,
 * and the files read; rules without prerequisites may follow ({@code -MP}). Spelling by GCC's
 * {@code mkdeps.cc}: a space or tab in a name has a backslash before it, a {@code #} too, and
 * {@code $} is doubled.
 */
public final class DependencyFile {
    private DependencyFile() {}

    /**
     * The prerequisites of the first rule, in order, each once.
     *
     * @throws IllegalArgumentException when {@code text} is no such rule
     */
    public static List<String> prerequisites(String text) {
        var words = new ArrayList<String>();
        int colon = -1;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '\\' && isLineEnd(text, i + 1)) {
                i = text.charAt(i + 1) == '\r' ? i + 3 : i + 2;
            } else if (c == '\n') {
                if (colon >= 0) {
                    break;
                }
                i++;
            } else if (c == ' ' || c == '\t' || c == '\r') {
                i++;
            } else {
                var word = new StringBuilder();
                i = word(text, i, word);
                boolean isTargetEnd =
                        colon < 0 && word.length() > 0 && word.charAt(word.length() - 1) == ':';
                if (isTargetEnd) {
                    words.add(word.substring(0, word.length() - 1));
                    colon = words.size();
                } else {
                    words.add(word.toString());
                }
            }
        }
        if (colon < 0) {
            throw new IllegalArgumentException("dependency list has no 'target:'");
        }
        return List.copyOf(new LinkedHashSet<>(words.subList(colon, words.size())));
    }

    private static boolean isLineEnd(String text, int at) {
        return at < text.length()
                && (text.charAt(at) == '\n'
                        || (text.charAt(at) == '\r'
                                && at + 1 < text.length()
                                && text.charAt(at + 1) == '\n'));
    }

    /** Reads one name into {@code word} and returns where it ends. */
    private static int word(String text, int start, StringBuilder word) {
        int i = start;
        while (i < text.length()) {
            char c = text.charAt(i);
            char next = i + 1 < text.length() ? text.charAt(i + 1) : '\n';
            if (c == '\\' && isLineEnd(text, i + 1)) {
                return i;
            }
            if (c == '\\' && (next == ' ' || next == '\t' || next == '#')) {
                undouble(word);
                word.append(next);
                i += 2;
            } else if (c == '$' && next == '$') {
                word.append('$');
                i += 2;
            } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                return i;
            } else {
                word.append(c);
                i++;
            }
        }
        return i;
    }

    /** Backslashes just before an escaped blank were doubled. */
    private static void undouble(StringBuilder word) {
        int count = 0;
        while (count < word.length() && word.charAt(word.length() - 1 - count) == '\\') {
            count++;
        }
        word.setLength(word.length() - count + count / 2);
    }
}
