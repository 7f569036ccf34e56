package io.cachepot.client.builds;

import io.cachepot.client.explain.Answered;
import io.cachepot.client.explain.Tier;
import io.cachepot.client.stats.Durations;
import io.cachepot.client.stats.Frequencies;
import io.cachepot.protocol.text.Lines;
import io.cachepot.protocol.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One build for people and for programs: where its results came from, what took long, and why
 * compiles were no hits.
 *
 * @param zone in which times are shown
 */
public record BuildReport(BuildView build, ZoneId zone) {
    private static final int REASONS_MAX = 8;
    private static final int COUNT_WIDTH = 6;
    private static final int TIER_WIDTH = 34;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    /** For a terminal of eighty columns. */
    public String text() {
        var lines = new Lines();
        lines.add("", build.command().isEmpty() ? "a build" : build.command());
        lines.add("in ", build.directory());
        lines.add("", span());
        lines.gap();
        addTiers(lines);
        addSlowest(lines);
        addCounts(lines, "Misses, by reason:", build.missReasons());
        addCounts(lines, "Not cached, by reason:", build.refusals());
        addCounts(lines, "Not on a worker, by reason:", build.localReasons());
        addWorkers(lines);
        return lines.toString();
    }

    private String span() {
        String began = TIME.format(build.startedAt().atZone(zone));
        String took = Durations.text(build.tookNanos());
        return build.isOver()
                ? "began " + began + ", took " + took + atOnce()
                : "began " + began + ", under way for " + took + atOnce();
    }

    private String atOnce() {
        return build.tookNanos() == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", %.1f compiles at once on average",
                        (double) build.elapsedNanos() / build.tookNanos());
    }

    private void addTiers(Lines lines) {
        int all = build.answered();
        addCount(lines, "Compiles", all, "");
        for (Tier tier : Tier.values()) {
            if (build.count(tier) > 0) {
                addCount(lines, "  " + tier.text(), build.count(tier), percent(tier, all));
            }
        }
        if (build.running() > 0) {
            addCount(lines, "Under way", build.running(), "");
        }
        if (build.failed() > 0) {
            addCount(lines, "Failed", build.failed(), "");
        }
    }

    private String percent(Tier tier, int all) {
        return String.format(Locale.ROOT, "  %5.1f %%", 100.0 * build.count(tier) / all);
    }

    private static void addCount(Lines lines, String name, int count, String after) {
        String line =
                String.format(
                        Locale.ROOT,
                        "%-" + TIER_WIDTH + "s%" + COUNT_WIDTH + "d%s",
                        name,
                        count,
                        after);
        lines.add(line, "");
    }

    private void addSlowest(Lines lines) {
        if (build.slowest().isEmpty()) {
            return;
        }
        lines.gap().add("", "Slowest:");
        for (Answered each : build.slowest()) {
            String where = each.worker().map(worker -> " " + worker).orElse("");
            lines.add(
                    String.format(Locale.ROOT, "  %8s  ", Durations.text(each.elapsedNanos())),
                    shown(each.source()) + " (" + each.tier().text() + where + ")");
        }
    }

    private String shown(String source) {
        return source.isEmpty()
                ? "a command without a source"
                : build.within(source).orElse(source);
    }

    private static void addCounts(Lines lines, String title, Map<String, Long> counts) {
        if (counts.isEmpty()) {
            return;
        }
        lines.gap().add("", title);
        Frequencies.sorted(counts).stream()
                .limit(REASONS_MAX)
                .forEach(each ->
                        lines.add(
                                String.format(Locale.ROOT, "  %5d  ", each.getValue()),
                                each.getKey()));
        int others = counts.size() - REASONS_MAX;
        if (others > 0) {
            lines.add("         ", others == 1 ? "and one more" : "and " + others + " more");
        }
    }

    private void addWorkers(Lines lines) {
        if (build.workers().isEmpty()) {
            return;
        }
        lines.gap().add("", "Workers:");
        build.workers().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(each ->
                        lines.add(
                                String.format(Locale.ROOT, "  %5d  ", each.getValue().compiles()),
                                each.getKey()
                                        + ", "
                                        + Durations.text(each.getValue().nanos())
                                        + " together"));
    }

    /** One line, without a line's end. */
    public String json() {
        var report = new LinkedHashMap<String, Object>();
        report.put("id", build.id());
        report.put("command", build.command());
        report.put("directory", build.directory());
        report.put("started_at", build.startedAt().toString());
        report.put("took_millis", millis(build.tookNanos()));
        report.put("is_over", build.isOver());
        report.put("compiles", build.answered());
        report.put("running", build.running());
        report.put("failed", build.failed());
        var tiers = new LinkedHashMap<String, Object>();
        for (Tier tier : Tier.values()) {
            tiers.put(tier.key(), build.count(tier));
        }
        report.put("compiles_by_tier", tiers);
        report.put("compile_millis", millis(build.elapsedNanos()));
        report.put("miss_reasons", build.missReasons());
        report.put("not_cached", build.refusals());
        report.put("dist_local_reasons", build.localReasons());
        report.put("workers", workers());
        report.put("slowest", build.slowest().stream().map(BuildReport::json).toList());
        return new String(Json.encode(report), StandardCharsets.UTF_8);
    }

    private List<Map<String, Object>> workers() {
        return build.workers().entrySet().stream()
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .map(each -> {
                    var worker = new LinkedHashMap<String, Object>();
                    worker.put("worker", each.getKey());
                    worker.put("compiles", each.getValue().compiles());
                    worker.put("compile_millis", millis(each.getValue().nanos()));
                    return (Map<String, Object>) worker;
                })
                .toList();
    }

    private static Map<String, Object> json(Answered each) {
        var json = new LinkedHashMap<String, Object>();
        json.put("source", each.source());
        json.put("tier", each.tier().key());
        json.put("worker", each.worker().orElse(null));
        json.put("millis", millis(each.elapsedNanos()));
        json.put("is_failed", each.isFailed());
        json.put("reason", each.why().orElse(null));
        json.put("local_reason", each.localReason().orElse(null));
        return json;
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
