package io.cachepot.config.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LoggingTest {
    private static final LogFormat FORMAT = new LogFormat(LogKind.COORDINATOR, 17, ZoneOffset.UTC);

    private static LogRecord logged(Level level, String message) {
        var logged = new LogRecord(level, message);
        logged.setInstant(Instant.parse("2026-01-31T09:05:01.042999Z"));
        return logged;
    }

    @Test
    void formatsOneLine() {
        assertThat(FORMAT.format(logged(Level.WARNING, "job not run: job=1")))
                .isEqualTo(
                        "2026-01-31T09:05:01.042 WARN [PID 17] coordinator job not run: job=1\n");
    }

    @Test
    void labelsLevels() {
        assertThat(FORMAT.format(logged(Level.SEVERE, "m"))).contains(" ERROR [");
        assertThat(FORMAT.format(logged(Level.INFO, "m"))).contains(" INFO [");
        assertThat(FORMAT.format(logged(Level.FINE, "m"))).contains(" DEBUG [");
        assertThat(FORMAT.format(logged(Level.FINER, "m"))).contains(" TRACE [");
    }

    @Test
    void keepsForeignTextOnItsLine() {
        assertThat(FORMAT.format(logged(Level.INFO, "a\nb\u001b[1m")))
                .endsWith("coordinator a\\nb?[1m\n")
                .hasLineCount(1);
    }

    @Test
    void putsAStackTraceUnderTheLine() {
        var logged = logged(Level.SEVERE, "m");
        logged.setThrown(new IllegalStateException("cause"));

        assertThat(FORMAT.format(logged))
                .contains("m\njava.lang.IllegalStateException: cause\n\tat ");
    }

    @Test
    void readsALevelForEverything() {
        assertThat(LogFilter.parse("TRACE"))
                .isEqualTo(new LogFilter(Optional.of(Level.FINEST), Map.of(), List.of()));
    }

    @Test
    void readsLevelsOfTargetsUnderTheirOldNames() {
        var filter =
                LogFilter.parse(
                        "cachepot=trace, cachepot-dist=info,cachepot::dist=off,com.hazelcast");

        assertThat(filter.levels())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "io.cachepot", Level.FINEST,
                                "io.cachepot.node", Level.INFO,
                                "io.cachepot.dist", Level.OFF,
                                "com.hazelcast", Level.FINEST));
        assertThat(filter.everything()).isEmpty();
    }

    @Test
    void ignoresWhatMakesNoSense() {
        var filter = LogFilter.parse("a=loud,,b[span]=info,=,warn");

        assertThat(filter.ignored()).containsExactly("a=loud", "b[span]=info", "=");
        assertThat(filter.everything()).contains(Level.WARNING);
    }

    @Test
    void logsOurCodeByKindAndLibrariesFromWarning() {
        var properties =
                Logging.properties(LogKind.SCHEDULER, LogFilter.parse("com.hazelcast=debug"));

        assertThat(properties)
                .containsOnly(
                        Map.entry(".level", "WARNING"),
                        Map.entry("io.cachepot.level", "INFO"),
                        Map.entry("com.hazelcast.level", "FINE"));
    }

    @Test
    void configuresTheLoggersOfTheProcess() {
        Logging.configure(LogKind.WORKER, LogFilter.parse("cachepot-dist=debug"));

        assertThat(System.getLogger("io.cachepot.node.x").isLoggable(System.Logger.Level.DEBUG))
                .isTrue();
        assertThat(System.getLogger("io.cachepot.x").isLoggable(System.Logger.Level.DEBUG))
                .isFalse();
        Logging.configure(LogKind.WORKER, LogFilter.DEFAULT);
    }
}
