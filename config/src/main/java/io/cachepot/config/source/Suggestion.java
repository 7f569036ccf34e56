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

    /**
     * Insertions, deletions, replacements and swaps of neighbours that lead from one to the other
     * (optimal string alignment): a swap is what fingers get wrong most.
     */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(a, b, cost, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(String a, String b, int[][] cost, int i, int j) {
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int cheapest = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean isSwap =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return isSwap ? Math.min(cheapest, cost[i - 2][j - 2] + 1) : cheapest;
    }
}
