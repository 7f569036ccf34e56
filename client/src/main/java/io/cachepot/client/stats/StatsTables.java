package io.cachepot.client.stats;

import io.cachepot.client.stats.Stats.Counter;
import io.cachepot.client.stats.Tally.Times;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** The parts of the statistics that are tables: languages and phases. */
final class StatsTables {
    private final Tally stats;

    StatsTables(Tally stats) {
        this.stats = stats;
    }

    /** {@code 12.34 %}; a dash when there is nothing to take a part of. */
    static String percent(long part, long all) {
        return all == 0 ? "-" : String.format(Locale.ROOT, "%.2f %%", 100.0 * part / all);
    }

    void append(StringBuilder text) {
        appendLanguages(text);
        appendTimes(text);
    }

    private void appendLanguages(StringBuilder text) {
        var hits = stats.hitsByLanguage();
        var misses = stats.missesByLanguage();
        var languages = new TreeSet<>(hits.keySet());
        languages.addAll(misses.keySet());
        if (languages.isEmpty()) {
            return;
        }
        line(text.append('\n'), "Languages", "hits", "misses", "hit rate");
        for (String language : languages) {
            long hit = hits.getOrDefault(language, 0L);
            long miss = misses.getOrDefault(language, 0L);
            line(
                    text,
                    "  " + language,
                    Long.toString(hit),
                    Long.toString(miss),
                    percent(hit, hit + miss));
        }
    }

    private void appendTimes(StringBuilder text) {
        boolean isFirst = true;
        for (Phase phase : Phase.values()) {
            Times times = stats.times(phase);
            if (times.count() == 0) {
                continue;
            }
            if (isFirst) {
                line(text.append('\n'), "Phases", "count", "p50", "p95");
                isFirst = false;
            }
            line(
                    text,
                    "  " + phase.label(),
                    Long.toString(times.count()),
                    Durations.text(times.medianNanos()),
                    Durations.text(times.tailNanos()));
        }
    }

    private static void line(StringBuilder text, String name, String... values) {
        text.append(String.format(Locale.ROOT, "%-32s", name));
        for (String value : values) {
            text.append(String.format(Locale.ROOT, " %11s", value));
        }
        text.append('\n');
    }

    /** The same in JSON. */
    void addTo(Map<String, Object> json) {
        long hits = stats.count(Counter.CACHE_HITS);
        long all = hits + stats.count(Counter.CACHE_MISSES);
        json.put("cache_hit_rate", all == 0 ? null : (double) hits / all);
        json.put("cache_hits_by_language", stats.hitsByLanguage());
        json.put("cache_misses_by_language", stats.missesByLanguage());
        var phases = new LinkedHashMap<String, Object>();
        for (Phase phase : Phase.values()) {
            Times times = stats.times(phase);
            var values = new LinkedHashMap<String, Object>();
            values.put("count", times.count());
            values.put("p50_micros", TimeUnit.NANOSECONDS.toMicros(times.medianNanos()));
            values.put("p95_micros", TimeUnit.NANOSECONDS.toMicros(times.tailNanos()));
            phases.put(phase.key(), values);
        }
        json.put("phases", phases);
    }
}
