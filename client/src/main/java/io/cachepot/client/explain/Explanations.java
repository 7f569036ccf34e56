package io.cachepot.client.explain;

import io.cachepot.protocol.text.Lines;
import io.cachepot.protocol.wire.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;

/** Answers {@code --explain}. */
public final class Explanations {
    private final CompileLog log;
    private final ZoneId zone;

    /**
     * @param zone in which times are shown
     */
    public Explanations(CompileLog log, ZoneId zone) {
        this.log = log;
        this.zone = zone;
    }

    /**
     * What to print.
     *
     * @param isKnown whether there was a compile to tell about
     */
    public record Answer(boolean isKnown, String text) {}

    /** Of all the latest compiles. */
    public Answer summary(Path directory, boolean isJson) {
        var summary = new Summary(log.newestFirst(), log.startedAt(), directory, zone);
        return new Answer(true, isJson ? summary.json() : summary.text());
    }

    /**
     * Of the compiles of one source.
     *
     * @param name a path as seen from {@code directory}, or the end of one
     */
    public Answer source(String name, Path directory, boolean isJson) {
        List<CompileRecord> compiles = log.newestFirst();
        var finder = new SourceFinder(compiles, directory);
        List<String> sources = finder.matching(name);
        if (sources.size() != 1) {
            var others = sources.isEmpty() ? finder.nearby(name) : sources;
            return new Answer(
                    false,
                    isJson ? json(name, others) : text(name, sources.isEmpty(), others, finder));
        }
        String source = sources.getFirst();
        var report =
                new SourceReport(
                        source,
                        compiles.stream().filter(each -> each.source().equals(source)).toList(),
                        directory,
                        zone);
        return new Answer(true, isJson ? report.json() : report.text());
    }

    private static String text(
            String name, boolean isUnknown, List<String> others, SourceFinder finder) {
        var lines = new Lines();
        if (isUnknown) {
            lines.add(
                    "",
                    "cachepot: error: no compile of '"
                            + name
                            + "' is known"
                            + (others.isEmpty()
                                    ? ", nor of anything else"
                                    : "; of these some are:"));
        } else {
            lines.add(
                    "",
                    "cachepot: error: '" + name + "' may be one of these, name more of its path:");
        }
        others.forEach(each -> lines.add("  ", finder.shown(each)));
        return lines.toString();
    }

    private static String json(String name, List<String> others) {
        var report = new LinkedHashMap<String, Object>();
        report.put("source", name);
        report.put("compiles", List.of());
        report.put("nearby", others);
        return new String(Json.encode(report), StandardCharsets.UTF_8);
    }
}
