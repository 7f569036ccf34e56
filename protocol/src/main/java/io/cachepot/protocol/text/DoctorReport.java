package io.cachepot.protocol.text;

import io.cachepot.protocol.text.Finding.Level;
import io.cachepot.protocol.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Everything that was looked at, for people and for programs. */
public record DoctorReport(List<Finding> findings) {
    private static final int SUBJECT_WIDTH = 14;

    public DoctorReport {
        findings = List.copyOf(findings);
    }

    /** Whether nothing failed. */
    public boolean isHealthy() {
        return count(Level.FAIL) == 0;
    }

    private long count(Level level) {
        return findings.stream().filter(each -> each.level() == level).count();
    }

    private String counted(Level level, String noun) {
        long count = count(level);
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    public String text() {
        var lines = new Lines();
        for (Finding each : findings) {
            String label =
                    String.format(
                            Locale.ROOT,
                            "%-5s %-" + SUBJECT_WIDTH + "s ",
                            name(each.level()),
                            each.subject());
            lines.add(label, each.text());
            each.fix().ifPresent(fix -> lines.add(" ".repeat(label.length()), "fix: " + fix));
        }
        lines.gap();
        lines.add("", counted(Level.WARN, "warning") + ", " + counted(Level.FAIL, "failure"));
        return lines.toString();
    }

    /** One line, without a line's end. */
    public String json() {
        var report = new LinkedHashMap<String, Object>();
        report.put("healthy", isHealthy());
        report.put("findings", findings.stream().map(DoctorReport::json).toList());
        return new String(Json.encode(report), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> json(Finding each) {
        var json = new LinkedHashMap<String, Object>();
        json.put("level", name(each.level()));
        json.put("subject", each.subject());
        json.put("text", each.text());
        json.put("fix", each.fix().orElse(null));
        return json;
    }

    private static String name(Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }
}
