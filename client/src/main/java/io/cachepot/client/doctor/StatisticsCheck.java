package io.cachepot.client.doctor;

import io.cachepot.client.explain.Advice;
import io.cachepot.client.stats.Stats.Counter;
import io.cachepot.client.stats.Tally;
import io.cachepot.protocol.text.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Looks at what was counted for reasons that come often. */
public final class StatisticsCheck {
    private static final String SUBJECT = "statistics";

    /** Of fewer compiles nothing can be said. */
    private static final long COMPILES_MIN = 20;

    private static final long OFTEN_PERCENT = 5;
    private static final int REASONS_MAX = 3;

    private StatisticsCheck() {}

    public static List<Finding> of(Tally stats) {
        long compiles =
                stats.count(Counter.COMPILE_REQUESTS) - stats.count(Counter.REQUESTS_NOT_COMPILE);
        long hits = stats.count(Counter.CACHE_HITS);
        long lookUps = hits + stats.count(Counter.CACHE_MISSES);
        if (compiles < COMPILES_MIN) {
            return List.of(
                    Finding.ok(SUBJECT, "too few compiles so far to say anything: " + compiles));
        }
        var findings = new ArrayList<Finding>();
        findings.add(
                Finding.ok(
                        SUBJECT,
                        compiles
                                + " compiles, "
                                + (lookUps == 0 ? 0 : 100 * hits / lookUps)
                                + " % of the look-ups were hits"));
        often(stats.notCached(), compiles)
                .forEach(each ->
                        findings.add(
                                Finding.warn(
                                        SUBJECT,
                                        percent(each.getValue(), compiles)
                                                + " of compiles are not cached because of: "
                                                + each.getKey(),
                                        Advice.on(each.getKey()))));
        often(stats.localReasons(), compiles)
                .forEach(each ->
                        findings.add(
                                Finding.warn(
                                        SUBJECT,
                                        percent(each.getValue(), compiles)
                                                + " of compiles stayed here: "
                                                + each.getKey(),
                                        "look at cachepot --dist-status and the coordinator's log")));
        long unwritten = stats.count(Counter.CACHE_WRITE_ERRORS);
        if (unwritten > 0) {
            findings.add(
                    Finding.warn(
                            SUBJECT,
                            unwritten + " results could not be written",
                            "look at the cache directory above and the coordinator's log"));
        }
        return findings;
    }

    private static String percent(long part, long all) {
        return 100 * part / all + " %";
    }

    private static List<Map.Entry<String, Long>> often(Map<String, Long> counts, long all) {
        return counts.entrySet().stream()
                .filter(each -> each.getValue() * 100 >= all * OFTEN_PERCENT)
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(REASONS_MAX)
                .toList();
    }
}
