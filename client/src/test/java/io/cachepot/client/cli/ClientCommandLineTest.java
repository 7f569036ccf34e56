package io.cachepot.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.cli.ClientCommand.OutputFormat;
import io.cachepot.client.cli.ClientCommand.Say;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientCommandLineTest {
    @Test
    void readsEachFlag() {
        assertThat(parse("-s")).isEqualTo(new ClientCommand.ShowStats(OutputFormat.TEXT));
        assertThat(parse("--show-stats", "--stats-format", "json"))
                .isEqualTo(new ClientCommand.ShowStats(OutputFormat.JSON));
        assertThat(parse("-z")).isEqualTo(new ClientCommand.ZeroStats(OutputFormat.TEXT));
        assertThat(parse("--explain"))
                .isEqualTo(new ClientCommand.Explain(Optional.empty(), OutputFormat.TEXT));
        assertThat(parse("--explain", "src/a.c", "--stats-format", "json"))
                .isEqualTo(new ClientCommand.Explain(Optional.of("src/a.c"), OutputFormat.JSON));
        assertThat(parse("--explain", "--stats-format", "json"))
                .isEqualTo(new ClientCommand.Explain(Optional.empty(), OutputFormat.JSON));
        assertThat(parse("-s", "--build", "last"))
                .isEqualTo(new ClientCommand.ShowBuild(1, OutputFormat.TEXT));
        assertThat(parse("-s", "--build=3", "--stats-format", "json"))
                .isEqualTo(new ClientCommand.ShowBuild(3, OutputFormat.JSON));
        assertThat(parse("--trace", "t.json"))
                .isEqualTo(new ClientCommand.Trace(1, Path.of("/w/t.json")));
        assertThat(parse("--build", "2", "--trace", "/t.json"))
                .isEqualTo(new ClientCommand.Trace(2, Path.of("/t.json")));
        assertThat(parse("--doctor")).isEqualTo(new ClientCommand.Doctor(OutputFormat.TEXT));
        assertThat(parse("--start-coordinator")).isEqualTo(new ClientCommand.StartCoordinator());
        assertThat(parse("--stop-coordinator"))
                .isEqualTo(new ClientCommand.StopCoordinator(OutputFormat.TEXT));
        assertThat(parse("--clear-cache")).isEqualTo(new ClientCommand.ClearCache());
        assertThat(parse("--dist-status")).isEqualTo(new ClientCommand.DistStatus());
        assertThat(parse("--dist-auth")).isEqualTo(new ClientCommand.DistAuth(""));
        assertThat(parse("--package-toolchain", "gcc", "out.tar.gz"))
                .isEqualTo(new ClientCommand.PackageToolchain("gcc", Path.of("/w/out.tar.gz")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--bogus",
                "-s -z",
                "--explain --doctor",
                "--stats-format json",
                "--show-stats --stats-format xml",
                "--package-toolchain gcc",
                "--build last",
                "--doctor --build last",
                "--show-stats --build 0",
                "--show-stats --build first",
                "--trace",
                "-s extra"
            })
    void refusesWhatIsNoCommand(String line) {
        assertThat(parse(line.split(" ", -1)))
                .isInstanceOfSatisfying(
                        Say.class,
                        say -> {
                            assertThat(say.exitCode()).isEqualTo(2);
                            assertThat(say.isError()).isTrue();
                            assertThat(say.text()).startsWith("cachepot: error: ");
                        });
    }

    @ParameterizedTest
    @CsvSource({"80, 80", "200, 80", "72, 72", "60, 60", "40, 40", "'', 80", "wide, 80"})
    void helpFitsTheTerminalAndNamesEveryFlag(String columns, int widest) {
        var help =
                (Say)
                        ClientCommandLine.parse(
                                List.of("--help"), Path.of("/w"), "1", Map.of("COLUMNS", columns));
        assertThat(help.exitCode()).isZero();
        assertThat(help.text())
                .contains(
                        "-s, --show-stats",
                        "-z, --zero-stats",
                        "--dist-status",
                        "--package-toolchain",
                        "--stats-format",
                        "--explain",
                        "--trace",
                        "--build",
                        "--doctor",
                        "Enabled features:",
                        "Azure:");
        assertThat(help.text().lines()).allMatch(line -> line.length() <= widest);
    }

    private static ClientCommand parse(String... arguments) {
        return ClientCommandLine.parse(List.of(arguments), Path.of("/w"), "1", Map.of());
    }
}
