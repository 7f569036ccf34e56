package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.coordinator.Installation.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache directory that somebody empties or takes away while a coordinator uses it. */
class CacheDirectoryIT {
    private static final int UNITS = 2;

    @TempDir Path directory;
    private Installation installed;
    private Map<String, byte[]> expected;

    @BeforeEach
    void install() throws IOException, InterruptedException {
        installed = new Installation(directory);
        Files.createDirectory(installed.cache);
        installed.writeProject(UNITS);
        for (int unit = 0; unit < UNITS; unit++) {
            installed.write(
                    "u" + unit + ".c",
                    "#include \"shared.h\"\nint f" + unit + "(void) { return printf(\"x\"); }\n");
        }
        expected = installed.plainObjects();
    }

    @AfterEach
    void stop() throws IOException {
        installed.close();
    }

    @Test
    void aDirectoryThatIsTakenAwayCostsHitsUntilItIsThereAgain() throws Exception {
        // When
        Ended ended =
                installed.shell(
                        """
                        set -e
                        make CC="$CACHEPOT gcc" >/dev/null
                        "$CACHEPOT" --show-stats >/dev/null # waits until all is stored
                        rm -r u*.o "$CACHEPOT_DIR"
                        make CC="$CACHEPOT gcc" >/dev/null
                        "$CACHEPOT" --show-stats >/dev/null # waits until all is stored
                        rm -r u*.o "$CACHEPOT_DIR"
                        echo file >"$CACHEPOT_DIR"
                        make CC="$CACHEPOT gcc" >/dev/null
                        "$CACHEPOT" --show-stats >/dev/null
                        rm u*.o "$CACHEPOT_DIR"
                        make CC="$CACHEPOT gcc" >/dev/null
                        rm u*.o
                        make CC="$CACHEPOT gcc" >/dev/null
                        "$CACHEPOT" --show-stats | grep '^Cache hits '
                        """);

        // Then
        assertThat(ended.exitCode()).as("%s", ended).isZero();
        assertThat(ended.stderr()).isEmpty();
        Installation.assertSame(installed.objects(), expected);
        assertThat(ended.stdout()).containsPattern("Cache hits +" + UNITS + "\n");
        assertThat(warnings()).hasSize(1).first().asString().contains("Not a directory");
    }

    @Test
    void clearingWhileCompilesRunCostsHitsOnly() throws Exception {
        // When
        Ended ended =
                installed.shell(
                        """
                        set -e
                        make CC="$CACHEPOT gcc" >/dev/null
                        (for i in $(seq 20); do "$CACHEPOT" --clear-cache || echo not cleared; done) &
                        for i in 1 2 3; do
                            rm u*.o
                            make -j2 CC="$CACHEPOT gcc" >/dev/null
                        done
                        wait
                        """);

        // Then
        assertThat(ended).isEqualTo(new Ended(0, "", ""));
        Installation.assertSame(installed.objects(), expected);
        assertThat(warnings()).isEmpty();
    }

    private List<String> warnings() throws IOException {
        return Files.readAllLines(installed.log).stream()
                .filter(line -> line.contains(" WARN "))
                .toList();
    }
}
