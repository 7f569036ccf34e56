package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.coordinator.Machine.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --explain} says of real compiles. */
class ExplainIT {
    @TempDir Path directory;
    private Machine machine;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        machine = new Machine(directory);
        machine.write("src/a.c", "#include <b.h>\nint f(void) { return B; }\n");
        machine.write("inc/b.h", "#define B 1\n");
        Files.createDirectory(machine.project.resolve("early"));
        Machine.settle();
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    private Ended compile(String compiler, String... flags) throws Exception {
        var command = new ArrayList<>(List.of(compiler));
        command.addAll(List.of(flags));
        command.addAll(List.of("-Iearly", "-Iinc", "-c", "src/a.c", "-o", "a.o"));
        Ended ended = machine.cachepot(command.toArray(String[]::new));
        machine.hits(); // waits until the result is stored: inputs are still looked at
        return ended;
    }

    /** The paragraph of the latest compile, its lines joined. */
    private String latest() throws Exception {
        Ended ended = machine.cachepot("--explain", "src/a.c");
        assertThat(ended.exitCode()).as("%s", ended).isZero();
        assertThat(ended.stderr()).isEmpty();
        assertThat(ended.stdout().lines()).allMatch(line -> line.length() <= 80);
        return ended.stdout().split("\n\n", -1)[1].replaceAll("\\s+", " ");
    }

    @Test
    void theFirstIsTheFirstAndTheSecondAHit() throws Exception {
        // When
        compile("gcc");
        String first = latest();
        compile("gcc");
        String second = latest();

        // Then
        assertThat(first)
                .contains("miss, compiled here, exit 0, to a.o")
                .contains("why first compile of this source that is known")
                .contains("kept yes")
                .containsPattern("times key [0-9.]+ m?s, look-up .*compile .*store ");
        assertThat(second).contains("hit in the local cache, exit 0, to a.o").doesNotContain("why");
        assertThat(machine.cachepot("--explain", "src/a.c").stdout())
                .startsWith("src/a.c: 2 compiles are known:\n\n");
    }

    @Test
    void aHeaderThatWasEditedIsNamed() throws Exception {
        // Given
        compile("gcc");
        machine.write("inc/b.h", "#define B 2\n");
        Machine.settle();

        // When
        compile("gcc");

        // Then
        assertThat(latest()).contains("why inc/b.h: content changed kept yes");
        assertThat(machine.cachepot("--show-stats").stdout())
                .containsPattern("\n  an input changed +1\n")
                .containsPattern("\n  first compile of this source +1\n");
    }

    @Test
    void aHeaderThatWasEditedIsNamedAlsoAfterARestart() throws Exception {
        // Given
        compile("gcc");
        machine.stop();
        machine.start(Map.of());
        machine.write("inc/b.h", "#define B 2\n");
        Machine.settle();

        // When
        compile("gcc");

        // Then
        assertThat(latest()).contains("why inc/b.h: content changed kept yes");
        assertThat(machine.count("Cache misses")).as("of both coordinators").isEqualTo(2);
    }

    @Test
    void aHeaderThatAppearedEarlierOnThePathIsNamed() throws Exception {
        // Given
        compile("gcc");
        machine.write("early/b.h", "#define B 3\n");
        Machine.settle();

        // When
        compile("gcc");

        // Then
        assertThat(latest()).contains("why early/b.h: appeared kept yes");
    }

    @Test
    void aFlagThatChangedIsNamed() throws Exception {
        // Given
        compile("gcc", "-O1", "-DX=1");

        // When
        compile("gcc", "-O2", "-DX=1");
        String level = latest();
        compile("gcc", "-O2", "-DX=2", "-g");

        // Then
        assertThat(level).contains("why argument '-O2' was '-O1' kept");
        assertThat(latest())
                .contains("why argument '-DX=2' was '-DX=1', argument '-g' is new kept");
    }

    @Test
    void aVariableThatChangedIsNamed() throws Exception {
        // Given
        machine.set("CPATH", "/one");
        compile("gcc");
        machine.set("CPATH", "/two");

        // When
        compile("gcc");

        // Then
        assertThat(latest()).contains("why variable 'CPATH=/two' was 'CPATH=/one' kept");
    }

    @Test
    void anotherCompilerIsNamed() throws Exception {
        // Given
        compile("gcc");

        // When
        compile("clang");

        // Then
        assertThat(latest()).containsPattern("why compiler '\\S*/clang' was '\\S*/gcc' kept");
    }

    @Test
    void theSourceThatChangedIsSaidToHaveChanged() throws Exception {
        // Given
        compile("gcc");
        machine.write("src/a.c", "#include <b.h>\nint g(void) { return B; }\n");
        Machine.settle();

        // When
        compile("gcc");

        // Then
        assertThat(latest()).contains("why the source itself changed kept yes");
    }

    @Test
    void aClearedCacheIsRemembered() throws Exception {
        // Given
        compile("gcc");
        machine.cachepot("--clear-cache");

        // When
        compile("gcc");

        // Then
        assertThat(latest()).contains("why the cache was cleared since the last compile kept yes");
    }

    @Test
    void aResultThatSomebodyTookAwayIsMissed() throws Exception {
        // Given
        compile("gcc");
        latest();
        machine.plain("sh", "-c", "find '" + machine.cache + "' -path '*results*' -type f -delete");

        // When
        compile("gcc");

        // Then
        assertThat(latest()).contains("why the result is gone: evicted");
    }

    @Test
    void anOptionThatIsNotCacheableIsNamedWithWhatToDo() throws Exception {
        // When
        compile("gcc", "-time");

        // Then
        assertThat(latest())
                .contains("not cacheable, compiled here")
                .contains("why -time do leave it out of compiles that shall be cached");
        assertThat(machine.cachepot("--explain").stdout().replaceAll("\\s+", " "))
                .startsWith("The last compile, since ")
                .contains("Not cacheable, by reason 1x -time e.g. src/a.c do: leave it out");
    }

    @Test
    void aTimeMacroIsWhyNothingIsKept() throws Exception {
        // Given
        machine.write("src/a.c", "const char *t = __TIME__;\n");
        Machine.settle();

        // When
        compile("gcc");
        String first = latest();
        compile("gcc");

        // Then
        assertThat(first).contains("kept no: time macro do keep __DATE__");
        assertThat(latest()).contains("the result of the last compile was not kept: time macro");
    }

    @Test
    void aFailedCompileIsNotKept() throws Exception {
        // Given
        machine.write("src/a.c", "int f(void) { return none; }\n");
        Machine.settle();

        // When
        compile("gcc");

        // Then
        assertThat(latest())
                .contains("miss, compiled here, exit 1")
                .contains("kept no: a failed compile is not kept");
    }

    @Test
    void jsonSaysTheSame() throws Exception {
        // Given
        compile("gcc", "-O1");
        compile("gcc", "-O2");

        // When
        Ended ended = machine.cachepot("--explain", "src/a.c", "--stats-format", "json");

        // Then
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.stdout())
                .startsWith(
                        "{\"source\":\""
                                + machine.project.resolve("src/a.c")
                                + "\",\"compiles\":[{")
                .contains("\"reason\":\"other arguments\",\"detail\":\"argument '-O2' was '-O1'\"")
                .contains("\"tier\":\"here\"", "\"exit_code\":0", "\"kept\":true")
                .doesNotContain("\n");
        assertThat(machine.cachepot("--explain", "--stats-format", "json").stdout())
                .contains("\"tiers\":{\"hit\":0,\"cluster\":0,\"here\":2,")
                .contains("{\"reason\":\"other arguments\",\"count\":1,");
    }

    @Test
    void aSourceIsFoundByTheEndOfItsPathAndOthersAreNamed() throws Exception {
        // Given
        compile("gcc");

        // When
        Ended known = machine.cachepot("--explain", "a.c");
        Ended unknown = machine.cachepot("--explain", "x.c");

        // Then
        assertThat(known.stdout()).startsWith("src/a.c: one compile is known:\n");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.stdout()).isEmpty();
        assertThat(unknown.stderr())
                .isEqualTo(
                        """
                        cachepot: error: no compile of 'x.c' is known; of these some are:
                          src/a.c
                        """);
    }
}
