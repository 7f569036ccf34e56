package io.cachepot.client.explain;

import io.cachepot.client.explain.CompileRecord.Kept;
import io.cachepot.client.stats.Durations;
import io.cachepot.client.stats.Phase;
import io.cachepot.protocol.text.Lines;
import io.cachepot.protocol.wire.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * What kept the latest compiles from being hits, the dearest reason first.
 *
 * @param compiles all that are known
 * @param since compiles before it are not known
 * @param directory of whoever asks; paths in it are shown without it
 */
record Summary(List<CompileRecord> compiles, Instant since, Path directory, ZoneId zone) {
    private static final int REASONS_MAX = 5;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    Summary {
        compiles = List.copyOf(compiles);
    }

    /**
     * One reason.
     *
     * @param nanos time that its compiles took, as far as we saw it
     * @param example one of their sources, the latest
     */
    private record Cost(String reason, long count, long nanos, String example) {
        Cost plus(Cost other) {
            return new Cost(reason, count + other.count, nanos + other.nanos, example);
        }
    }

    /** A question that the summary answers. */
    private record Section(
            String title, String key, Function<CompileRecord, Optional<String>> by) {}

    private List<Section> sections() {
        return List.of(
                new Section("Misses, by reason", "misses", this::missReason),
                new Section("Not cacheable, by reason", "not_cacheable", Summary::refusal),
                new Section("Compiled but not kept, by reason", "not_kept", Summary::notKept),
                new Section(
                        "Not on a worker, by reason", "stayed_here", CompileRecord::localReason));
    }

    /** A header that changed is named: one may be behind most misses. */
    private Optional<String> missReason(CompileRecord each) {
        if (!each.tier().isMiss()) {
            return Optional.empty();
        }
        return each.why()
                .map(why ->
                        why.label().startsWith("an input ") ? shorten(why.detail()) : why.label());
    }

    private static Optional<String> refusal(CompileRecord each) {
        return each.tier() == Tier.NOT_CACHEABLE || each.tier() == Tier.PASSED_THROUGH
                ? each.why().map(Why::label)
                : Optional.empty();
    }

    private static Optional<String> notKept(CompileRecord each) {
        return each.kept() instanceof Kept.No(var reason) ? Optional.of(reason) : Optional.empty();
    }

    private String shorten(String text) {
        return text.replace(directory.normalize() + "/", "");
    }

    private List<Cost> costs(Section section) {
        var costs = new HashMap<String, Cost>();
        for (CompileRecord each : compiles) {
            section.by()
                    .apply(each)
                    .ifPresent(reason ->
                            costs.merge(
                                    reason,
                                    new Cost(reason, 1, nanos(each), each.source()),
                                    Cost::plus));
        }
        var dearest = new ArrayList<>(costs.values());
        dearest.sort(
                Comparator.comparingLong(Cost::nanos)
                        .thenComparingLong(Cost::count)
                        .reversed()
                        .thenComparing(Cost::reason));
        return dearest;
    }

    private static long nanos(CompileRecord each) {
        return each.times().nanos(Phase.INPUTS) + each.times().nanos(Phase.COMPILE);
    }

    String text() {
        var lines = new Lines();
        addTiers(lines);
        for (Section section : sections()) {
            List<Cost> costs = costs(section);
            if (!costs.isEmpty()) {
                lines.gap().add("", section.title());
                costs.stream().limit(REASONS_MAX).forEach(cost -> add(lines, cost));
                int more = costs.size() - REASONS_MAX;
                if (more > 0) {
                    lines.add("  ", "and " + more + (more == 1 ? " other" : " others"));
                }
            }
        }
        return lines.toString();
    }

    private void addTiers(Lines lines) {
        String when = TIME.format(since.atZone(zone));
        if (compiles.isEmpty()) {
            lines.add("", "No compile is known; this coordinator runs since " + when + ".");
            return;
        }
        int count = compiles.size();
        lines.add(
                "",
                "The last " + (count == 1 ? "compile" : count + " compiles") + ", since " + when);
        var counts = new EnumMap<Tier, Integer>(Tier.class);
        compiles.forEach(each -> counts.merge(each.tier(), 1, Integer::sum));
        counts.forEach(
                (tier, each) -> lines.add(String.format(Locale.ROOT, "%6dx ", each), tier.text()));
    }

    private void add(Lines lines, Cost cost) {
        String time = cost.nanos() == 0 ? "" : Durations.text(cost.nanos());
        String label = String.format(Locale.ROOT, "%6dx %7s  ", cost.count(), time);
        lines.add(label, cost.reason());
        lines.add(
                " ".repeat(label.length()),
                "e.g. " + SourceFinder.shown(cost.example(), directory));
        Advice.on(cost.reason())
                .ifPresent(advice -> lines.add(" ".repeat(label.length()), "do: " + advice));
    }

    /** One line, without a line's end. */
    String json() {
        var report = new LinkedHashMap<String, Object>();
        report.put("since", since.toString());
        report.put("compiles", compiles.size());
        var tiers = new LinkedHashMap<String, Object>();
        for (Tier tier : Tier.values()) {
            tiers.put(tier.key(), compiles.stream().filter(each -> each.tier() == tier).count());
        }
        report.put("tiers", tiers);
        for (Section section : sections()) {
            report.put(section.key(), costs(section).stream().map(Summary::json).toList());
        }
        return new String(Json.encode(report), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> json(Cost cost) {
        var json = new LinkedHashMap<String, Object>();
        json.put("reason", cost.reason());
        json.put("count", cost.count());
        json.put("micros", TimeUnit.NANOSECONDS.toMicros(cost.nanos()));
        json.put("example", cost.example());
        json.put("advice", Advice.on(cost.reason()).orElse(null));
        return json;
    }
}
