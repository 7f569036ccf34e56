package io.cachepot.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DoctorReportTest {
    private static final DoctorReport REPORT =
            new DoctorReport(
                    List.of(
                            Finding.ok("cache", "/c"),
                            Finding.warn("gcc", "word ".repeat(30).strip(), "do it"),
                            Finding.fail("TMPDIR", "/none", "make it")));

    @Test
    void textFitsTheTerminal() {
        assertThat(REPORT.text())
                .startsWith("ok    cache          /c\nwarn  gcc            word word")
                .contains("\n                     fix: do it\nfail  TMPDIR         /none\n")
                .endsWith("\n\n1 warning, 1 failure\n");
        assertThat(REPORT.text().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void jsonHasLevelsAndFixes() {
        assertThat(REPORT.json())
                .startsWith(
                        "{\"healthy\":false,\"findings\":[{\"level\":\"ok\",\"subject\":\"cache\"")
                .endsWith("\"fix\":\"make it\"}]}");
    }

    @Test
    void warningsAreNoFailure() {
        assertThat(REPORT.isHealthy()).isFalse();
        assertThat(new DoctorReport(List.of(Finding.warn("a", "b", "c"))).isHealthy()).isTrue();
    }
}
