package io.cachepot.client.explain;

import io.cachepot.client.explain.CompileRecord.Exit;
import io.cachepot.client.explain.CompileRecord.Kept;
import io.cachepot.client.stats.Durations;
import io.cachepot.client.stats.Phase;
import io.cachepot.protocol.text.Lines;
import io.cachepot.protocol.wire.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The compiles of one source, for people and for programs.
 *
 * @param source absolute
 * @param compiles newest first
 * @param directory of whoever asks; paths in it are shown without it
 */
record SourceReport(String source, List<CompileRecord> compiles, Path directory, ZoneId zone) {
    private static final int SHOWN_MAX = 10;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    SourceReport {
        compiles = List.copyOf(compiles);
    }

    String text() {
        var lines = new Lines();
        int count = compiles.size();
        lines.add(
                "",
                shown(source)
                        + (count == 1
                                ? ": one compile is known"
                                : ": " + count + " compiles are known")
                        + (count > SHOWN_MAX ? ", the latest " + SHOWN_MAX + ":" : ":"));
        compiles.stream().limit(SHOWN_MAX).forEach(each -> add(lines.gap(), each));
        return lines.toString();
    }

    private void add(Lines lines, CompileRecord each) {
        lines.add(TIME.format(each.at().atZone(zone)) + "  ", headline(each));
        each.why().ifPresent(why -> lines.add("  why    ", shorten(why.detail())));
        each.localReason().ifPresent(why -> lines.add("  here   ", "not on a worker: " + why));
        kept(each).ifPresent(text -> lines.add("  kept   ", text));
        advice(each).ifPresent(text -> lines.add("  do     ", text));
        String times = times(each);
        if (!times.isEmpty()) {
            lines.add("  times  ", times);
        }
    }

    private String headline(CompileRecord each) {
        var line = new StringBuilder(each.tier().text());
        each.worker().ifPresent(worker -> line.append(' ').append(worker));
        switch (each.exit()) {
            case Exit.Code(int code) -> line.append(", exit ").append(code);
            case Exit.Signal(int signal) -> line.append(", died of signal ").append(signal);
            case Exit.Unseen _ -> {}
        }
        each.output().ifPresent(output -> line.append(", to ").append(shown(output)));
        return line.toString();
    }

    private static Optional<String> kept(CompileRecord each) {
        return switch (each.kept()) {
            case Kept.Nothing _ -> Optional.empty();
            case Kept.NotYet _ -> Optional.of("not yet");
            case Kept.Yes _ -> Optional.of("yes");
            case Kept.No(var reason) -> Optional.of("no: " + reason);
        };
    }

    private static Optional<String> advice(CompileRecord each) {
        if (each.kept() instanceof Kept.No(var reason)) {
            return Advice.on(reason);
        }
        return each.tier().isMiss()
                ? Optional.empty()
                : each.why().map(Why::label).flatMap(Advice::on);
    }

    private static String times(CompileRecord each) {
        var times = new ArrayList<String>();
        for (Phase phase : Phase.values()) {
            long nanos = each.times().nanos(phase);
            if (nanos > 0) {
                times.add((phase.label() + " " + Durations.text(nanos)).replace(' ', Lines.TIED));
            }
        }
        return String.join(", ", times);
    }

    private String shown(String path) {
        return SourceFinder.shown(path, directory);
    }

    private String shorten(String text) {
        return text.replace(directory.normalize() + "/", "");
    }

    /** One line, without a line's end. */
    String json() {
        var report = new LinkedHashMap<String, Object>();
        report.put("source", source);
        report.put("compiles", compiles.stream().map(SourceReport::json).toList());
        return new String(Json.encode(report), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> json(CompileRecord each) {
        var json = new LinkedHashMap<String, Object>();
        json.put("time", each.at().toString());
        json.put("tier", each.tier().key());
        json.put("worker", each.worker().orElse(null));
        json.put("exit_code", each.exit() instanceof Exit.Code(int code) ? code : null);
        json.put("signal", each.exit() instanceof Exit.Signal(int signal) ? signal : null);
        json.put("output", each.output().orElse(null));
        json.put("reason", each.why().map(Why::label).orElse(null));
        json.put("detail", each.why().map(Why::detail).orElse(null));
        json.put("local_reason", each.localReason().orElse(null));
        json.put("kept", each.kept() instanceof Kept.Yes);
        json.put("not_kept_reason", each.kept() instanceof Kept.No(var reason) ? reason : null);
        json.put("advice", advice(each).orElse(null));
        var times = new LinkedHashMap<String, Object>();
        for (Phase phase : Phase.values()) {
            times.put(phase.key(), TimeUnit.NANOSECONDS.toMicros(each.times().nanos(phase)));
        }
        json.put("phases_micros", times);
        return json;
    }
}
