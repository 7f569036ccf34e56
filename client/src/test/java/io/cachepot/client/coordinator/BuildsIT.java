package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.coordinator.Installation.Ended;
import io.cachepot.protocol.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of builds that make drives. */
class BuildsIT {
    private static final int UNITS = 6;

    @TempDir Path directory;
    private Installation installed;

    @BeforeEach
    void install() throws IOException {
        installed = new Installation(directory);
        installed.writeProject(UNITS);
        installed.write(
                "Makefile",
                """
                OBJECTS := $(patsubst %.c,%.o,$(wildcard u*.c))
                all: ; @$(MAKE) --no-print-directory objects
                objects: $(OBJECTS)
                %.o: %.c
                \t@"$(CACHEPOT)" gcc -c $< -o $@ && true
                """);
    }

    @AfterEach
    void stop() throws IOException {
        installed.close();
    }

    /**
     * A shell that is given its commands with -c would be part of a build that something drives.
     */
    private void script(String text) throws Exception {
        installed.write("script.sh", text);
        assertThat(installed.run("sh", "script.sh")).isEqualTo(new Ended(0, "", ""));
    }

    private Map<?, ?> build(String which) throws Exception {
        Ended ended =
                installed.cachepot("--show-stats", "--build", which, "--stats-format", "json");
        assertThat(ended.exitCode()).as(ended.stderr()).isZero();
        return Json.decode(ended.stdout().getBytes(StandardCharsets.ISO_8859_1), Map.class);
    }

    private static Object count(Map<?, ?> build, String tier) {
        var tiers = (Map<?, ?>) Objects.requireNonNull(build.get("compiles_by_tier"));
        return Objects.requireNonNull(tiers.get(tier));
    }

    @Test
    void eachRunOfMakeIsABuildOfItsOwn() throws Exception {
        // When: in one script, as on a build machine
        script("make -s -j2; rm -f u*.o; make -s; rm -f u*.o; make -s all OBJECTS=u0.o");

        // Then
        Map<?, ?> last = build("last");
        assertThat(last.get("command")).isEqualTo("make -s all OBJECTS=u0.o");
        assertThat(last.get("directory")).isEqualTo(installed.project.toRealPath().toString());
        assertThat(last.get("is_over")).isEqualTo(true);
        assertThat(count(last, "hit")).isEqualTo(1);
        assertThat(count(build("2"), "hit")).isEqualTo(UNITS);
        Map<?, ?> first = build("3");
        assertThat(first.get("command")).isEqualTo("make -s -j2");
        assertThat(count(first, "here")).isEqualTo(UNITS);
        assertThat(count(first, "hit")).isEqualTo(0);
        assertThat((List<?>) first.get("slowest")).hasSize(UNITS);
        assertThat(installed.cachepot("--show-stats", "--build", "3").stdout())
                .startsWith("make -s -j2\nin ")
                .containsPattern("miss, compiled here +6  100.0 %")
                .contains("Misses, by reason:\n      6  first compile of this source\n");
    }

    @Test
    void aTraceHasASliceForEachCompile() throws Exception {
        // Given
        script("make -s -j2");

        // When
        Ended traced = installed.cachepot("--trace", "trace.json");

        // Then
        assertThat(traced).isEqualTo(new Ended(0, "", ""));
        Map<?, ?> trace =
                Json.decode(Files.readAllBytes(installed.project.resolve("trace.json")), Map.class);
        assertThat(((List<?>) trace.get("traceEvents")))
                .filteredOn(event -> "here".equals(((Map<?, ?>) event).get("cat")))
                .hasSize(UNITS);
    }

    @Test
    void whatIsNotThereIsSaidSo() throws Exception {
        Ended none = installed.cachepot("--show-stats", "--build", "last");
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.stderr()).startsWith("cachepot: error: no build is known: nothing was");

        script("make -s");
        Ended second = installed.cachepot("--trace", "t.json", "--build", "2");
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.stderr()).startsWith("cachepot: error: build 2 is not known; since");
        assertThat(installed.project.resolve("t.json")).doesNotExist();

        Ended unwritable = installed.cachepot("--trace", "missing/t.json");
        assertThat(unwritable.exitCode()).isEqualTo(2);
        assertThat(unwritable.stderr())
                .startsWith(
                        "cachepot: error: trace not written to "
                                + installed.project.resolve("missing/t.json"));
    }
}
