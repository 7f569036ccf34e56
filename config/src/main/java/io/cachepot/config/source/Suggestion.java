package io.cachepot.config.source;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses what a user meant. */
final class Suggestion {
    /** Longer names are not compared: the cost is quadratic. */
    private static final int CHARS_MAX = 100;

    private Suggestion() {}

    /**
     * The name nearest to {@code typo}, if it is near: at most a third of the characters differ.
     */
    static Optional<String> nearest(String typo, Collection<String> names) {
        if (typo.length() > CHARS_MAX) {
            return Optional.empty();
        }
        return names.stream()
                .filter(name -> distance(typo, name) <= Math.max(1, typo.length() / 3))
                .min(Comparator.comparingInt(name -> distance(typo, name)));
    }

    /** Levenshtein's: insertions, deletions and replacements that lead from one to the other. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
