package io.cachepot.client.stats;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Counts by label, in the order in which people read them. */
public final class Frequencies {
    private Frequencies() {}

    /** The most frequent first; of two that are as frequent, by label. */
    public static List<Map.Entry<String, Long>> sorted(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .sorted(
                        Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                                .thenComparing(Map.Entry.comparingByKey()))
                .toList();
    }
}
