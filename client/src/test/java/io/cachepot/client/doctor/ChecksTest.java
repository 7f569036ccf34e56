package io.cachepot.client.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.stats.Stats;
import io.cachepot.client.stats.Stats.Counter;
import io.cachepot.config.source.ConfigLoader;
import io.cachepot.config.source.Platform;
import io.cachepot.protocol.text.Finding;
import io.cachepot.protocol.text.Finding.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksTest {
    private static final InstantSource CLOCK = InstantSource.system();

    @TempDir Path directory;

    @Test
    void aGoodCacheDirectoryIsMadeAndLeftAsItWas() throws IOException {
        // Given
        Path cache = directory.resolve("new/cache");

        // When
        var findings = new CacheCheck(CLOCK).of(cache, 1, 2);

        // Then
        assertThat(findings).extracting(Finding::level).first().isEqualTo(Level.OK);
        assertThat(findings.getFirst().text()).startsWith(cache + " on ");
        assertThat(cache).isEmptyDirectory();
    }

    @Test
    void aCacheDirectoryThatCanNotBeMadeFails() throws IOException {
        // Given
        Path file = Files.createFile(directory.resolve("file"));

        // When
        var findings = new CacheCheck(CLOCK).of(file, 1, 2);

        // Then
        assertThat(findings).extracting(Finding::level).containsExactly(Level.FAIL);
    }

    @Test
    void aLimitAboveTheFreeSpaceIsWarnedOf() {
        assertThat(new CacheCheck(CLOCK).of(directory, 0, Long.MAX_VALUE))
                .extracting(Finding::level)
                .contains(Level.WARN);
    }

    @Test
    void aClockThatIsOffIsWarnedOf() {
        var late = InstantSource.offset(CLOCK, Duration.ofMinutes(1));
        assertThat(new CacheCheck(late).of(directory, 0, 1))
                .filteredOn(each -> each.subject().equals("clock"))
                .extracting(Finding::text)
                .singleElement()
                .asString()
                .contains("s off");
    }

    @Test
    void variablesThatCostHitsAreNamed() {
        var environment =
                Map.of(
                        "CACHEPOT_DISABLE", "1",
                        "CCACHE_PREFIX", "distcc",
                        "DISTCC_HOSTS", "a b",
                        "TMPDIR", directory.toString());
        var findings = new EnvironmentCheck(environment).look(Optional.of("LD_PRELOAD"));
        assertThat(findings)
                .extracting(Finding::level)
                .containsExactly(Level.WARN, Level.WARN, Level.WARN, Level.WARN, Level.OK);
        assertThat(findings.getFirst().text()).startsWith("LD_PRELOAD is set");
    }

    @Test
    void aTemporaryDirectoryThatIsNotThereFails() {
        var environment = Map.of("TMPDIR", directory.resolve("none").toString());
        assertThat(new EnvironmentCheck(environment).look(Optional.empty()))
                .extracting(Finding::level)
                .containsExactly(Level.OK, Level.FAIL);
    }

    @Test
    void aReasonThatComesOftenIsNamedWithItsShare() {
        // Given
        var stats = new Stats();
        for (int i = 0; i < 100; i++) {
            stats.count(Counter.COMPILE_REQUESTS);
            if (i % 8 == 0) {
                stats.notCached("-fplugin=x");
            }
            if (i % 50 == 0) {
                stats.notCached("rare");
            }
        }

        // Then
        var findings = StatisticsCheck.of(stats.tally());
        assertThat(findings).hasSize(2);
        assertThat(findings.getLast().text())
                .isEqualTo("13 % of compiles are not cached because of: -fplugin=x");
        assertThat(findings.getLast().fix()).get().asString().contains("plug-in");
    }

    @Test
    void ofAFewCompilesNothingIsSaid() {
        var stats = new Stats();
        stats.notCached("-E");
        assertThat(StatisticsCheck.of(stats.tally()))
                .extracting(Finding::level)
                .containsExactly(Level.OK);
    }

    private Platform platform(Map<String, String> variables) {
        return new Platform(Platform.OperatingSystem.LINUX, directory, variables, 2);
    }

    private List<Finding> configuration(Map<String, String> here) {
        var running = new ConfigLoader(platform(Map.of())).client().config();
        return ConfigurationCheck.of(platform(here), running);
    }

    @Test
    void theFileThatIsReadIsNamedAlsoWhenItIsNotThere() {
        assertThat(configuration(Map.of()))
                .containsExactly(
                        Finding.ok(
                                "configuration",
                                "defaults; a file would be read from "
                                        + directory.resolve(".config/cachepot/config")));
    }

    @Test
    void settingsThatTheCoordinatorDoesNotHaveAreTold() {
        assertThat(configuration(Map.of("CACHEPOT_DIR", "/elsewhere")))
                .last()
                .satisfies(finding -> {
                    assertThat(finding.level()).isEqualTo(Level.WARN);
                    assertThat(finding.text()).contains("/elsewhere", "was started with");
                });
    }

    @Test
    void aMistakeInTheFileFails() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("conf"), "[cache.disk]\nsize = 'much'\n");

        // When
        var findings = configuration(Map.of("CACHEPOT_CONF", file.toString()));

        // Then
        assertThat(findings).extracting(Finding::level).containsExactly(Level.FAIL);
        assertThat(findings.getFirst().text()).contains(file + ":2:1", "'much'");
    }
}
