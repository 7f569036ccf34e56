package io.cachepot.client.stats;

import io.cachepot.client.stats.Stats.Counter;
import io.cachepot.client.stats.Stats.Timer;
import io.cachepot.protocol.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What {@code --show-stats} prints, in the rows and keys that users of cachepot and sccache know.
 *
 * @param location of the cache, {@code Local disk: "/path"}
 * @param cacheBytes bytes in use
 * @param cacheBytesMax most bytes
 */
public record StatsReport(Tally stats, String location, long cacheBytes, long cacheBytesMax) {
    private record Row(String name, String value, boolean hasUnit) {}

    /** For people. */
    public String text() {
        var text = new StringBuilder();
        List<Row> rows = rows();
        int names = nameWidth(rows);
        int values = valueWidth(rows);
        append(text, rows, names, values);
        appendCounts(text, "Successful distributed compiles", "  ", stats.distCompiles());
        appendCounts(text, "Distributed compiles done here:", "  ", stats.localReasons());
        if (!stats.notCached().isEmpty()) {
            appendCounts(text, "Non-cacheable reasons:", "", stats.notCached());
            text.append('\n');
        }
        var store =
                List.of(
                        new Row("Cache size", size(cacheBytes), false),
                        new Row("Max cache size", size(cacheBytesMax), false));
        text.append("Cache location")
                .repeat(" ", names - "Cache location".length() + 1)
                .append(location)
                .append('\n');
        append(text, store, names, values);
        appendCounts(text, "Cache misses because:", "  ", stats.missReasons());
        new StatsTables(stats).append(text);
        return text.toString();
    }

    private List<Row> rows() {
        var rows = new ArrayList<Row>();
        rows.add(row("Compile requests", Counter.COMPILE_REQUESTS));
        rows.add(row("Compile requests executed", Counter.REQUESTS_EXECUTED));
        addWithLanguage(rows, "Cache hits", Counter.CACHE_HITS);
        addWithLanguage(rows, "Cache misses", Counter.CACHE_MISSES);
        rows.add(hitRate());
        rows.add(row("Cache timeouts", Counter.CACHE_TIMEOUTS));
        rows.add(row("Cache read errors", Counter.CACHE_READ_ERRORS));
        rows.add(row("Forced recaches", Counter.FORCED_RECACHES));
        rows.add(row("Cache write errors", Counter.CACHE_WRITE_ERRORS));
        rows.add(row("Compilation failures", Counter.COMPILE_FAILS));
        addWithLanguage(rows, "Cache errors", Counter.CACHE_ERRORS);
        rows.add(row("Non-cacheable compilations", Counter.NON_CACHEABLE_COMPILATIONS));
        rows.add(row("Non-cacheable calls", Counter.REQUESTS_NOT_CACHEABLE));
        rows.add(row("Non-compilation calls", Counter.REQUESTS_NOT_COMPILE));
        rows.add(row("Unsupported compiler calls", Counter.REQUESTS_UNSUPPORTED_COMPILER));
        rows.add(time("Average cache write", Timer.WRITE, Counter.CACHE_WRITES));
        rows.add(time("Average cache read miss", Timer.READ_MISS, Counter.CACHE_MISSES));
        rows.add(time("Average cache read hit", Timer.READ_HIT, Counter.CACHE_HITS));
        rows.add(row("Failed distributed compilations", Counter.DIST_ERRORS));
        return rows;
    }

    private Row row(String name, Counter counter) {
        return new Row(name, Long.toString(stats.count(counter)), false);
    }

    private void addWithLanguage(List<Row> rows, String name, Counter counter) {
        rows.add(row(name, counter));
        families(counter)
                .forEach((family, count) ->
                        rows.add(new Row(name + " (" + family + ")", Long.toString(count), false)));
    }

    private Row hitRate() {
        long hits = stats.count(Counter.CACHE_HITS);
        long all = hits + stats.count(Counter.CACHE_MISSES);
        return new Row("Cache hits rate", StatsTables.percent(hits, all), all > 0);
    }

    private Row time(String name, Timer timer, Counter counter) {
        long count = Math.max(1, stats.count(counter));
        double seconds = stats.nanos(timer) / (double) count / TimeUnit.SECONDS.toNanos(1);
        return new Row(name, String.format(Locale.ROOT, "%.3f s", seconds), true);
    }

    private static int nameWidth(List<Row> rows) {
        return rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
    }

    /** A unit stands behind the column. */
    private static int valueWidth(List<Row> rows) {
        return rows.stream()
                .mapToInt(row -> row.value().length() - (row.hasUnit() ? 2 : 0))
                .max()
                .orElse(0);
    }

    /** Values end in one column. */
    private static void append(StringBuilder text, List<Row> rows, int names, int values) {
        for (Row row : rows) {
            int width = values + (row.hasUnit() ? 2 : 0);
            text.append(row.name())
                    .repeat(" ", names - row.name().length() + 1)
                    .repeat(" ", Math.max(0, width - row.value().length()))
                    .append(row.value())
                    .append('\n');
        }
    }

    private static void appendCounts(
            StringBuilder text, String title, String indent, Map<String, Long> counts) {
        if (counts.isEmpty()) {
            return;
        }
        text.append('\n').append(title).append('\n');
        var rows = new ArrayList<Row>();
        Frequencies.sorted(counts)
                .forEach(entry ->
                        rows.add(
                                new Row(
                                        indent + entry.getKey(),
                                        entry.getValue().toString(),
                                        false)));
        append(text, rows, nameWidth(rows), valueWidth(rows));
    }

    private static String size(long bytes) {
        String[] units = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit + 1 < units.length) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.0f %s", value, units[unit]);
    }

    /** One line for programs, without a line's end. */
    public String json() {
        var all = new LinkedHashMap<String, Object>();
        all.put("compile_requests", stats.count(Counter.COMPILE_REQUESTS));
        all.put(
                "requests_unsupported_compiler",
                stats.count(Counter.REQUESTS_UNSUPPORTED_COMPILER));
        all.put("requests_not_compile", stats.count(Counter.REQUESTS_NOT_COMPILE));
        all.put("requests_not_cacheable", stats.count(Counter.REQUESTS_NOT_CACHEABLE));
        all.put("requests_executed", stats.count(Counter.REQUESTS_EXECUTED));
        all.put("cache_errors", byLanguage(Counter.CACHE_ERRORS));
        all.put("cache_hits", byLanguage(Counter.CACHE_HITS));
        all.put("cache_misses", byLanguage(Counter.CACHE_MISSES));
        all.put("cache_timeouts", stats.count(Counter.CACHE_TIMEOUTS));
        all.put("cache_read_errors", stats.count(Counter.CACHE_READ_ERRORS));
        all.put("non_cacheable_compilations", stats.count(Counter.NON_CACHEABLE_COMPILATIONS));
        all.put("forced_recaches", stats.count(Counter.FORCED_RECACHES));
        all.put("cache_write_errors", stats.count(Counter.CACHE_WRITE_ERRORS));
        all.put("cache_writes", stats.count(Counter.CACHE_WRITES));
        all.put("cache_write_duration", duration(Timer.WRITE));
        all.put("cache_read_hit_duration", duration(Timer.READ_HIT));
        all.put("cache_read_miss_duration", duration(Timer.READ_MISS));
        all.put("compile_fails", stats.count(Counter.COMPILE_FAILS));
        all.put("not_cached", stats.notCached());
        all.put("dist_compiles", stats.distCompiles());
        all.put("dist_errors", stats.count(Counter.DIST_ERRORS));
        all.put("dist_local_reasons", stats.localReasons());
        all.put("miss_reasons", stats.missReasons());
        new StatsTables(stats).addTo(all);
        var report = new LinkedHashMap<String, Object>();
        report.put("stats", all);
        report.put("cache_location", location);
        report.put("cache_size", cacheBytes);
        report.put("max_cache_size", cacheBytesMax);
        return new String(Json.encode(report), StandardCharsets.UTF_8);
    }

    private Map<String, Object> byLanguage(Counter counter) {
        return Map.of("counts", families(counter));
    }

    /** Those of {@code counter} by family of languages, as cachepot and sccache count. */
    private Map<String, Long> families(Counter counter) {
        Map<String, Long> languages =
                switch (counter) {
                    case CACHE_HITS -> stats.hitsByLanguage();
                    case CACHE_MISSES -> stats.missesByLanguage();
                    default -> Map.of();
                };
        long rust = languages.getOrDefault(Languages.RUST, 0L);
        var families = new LinkedHashMap<String, Long>();
        families.put(Languages.FAMILY, stats.count(counter) - rust);
        families.put(Languages.RUST, rust);
        families.values().removeIf(count -> count == 0);
        return families;
    }

    private Map<String, Object> duration(Timer timer) {
        long nanos = stats.nanos(timer);
        var parts = new LinkedHashMap<String, Object>();
        parts.put("secs", TimeUnit.NANOSECONDS.toSeconds(nanos));
        parts.put("nanos", nanos % TimeUnit.SECONDS.toNanos(1));
        return parts;
    }
}
