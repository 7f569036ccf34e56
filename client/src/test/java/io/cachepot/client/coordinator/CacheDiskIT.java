package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

/** A cache directory on a disk that is full or read-only; mounted where only the test sees it. */
class CacheDiskIT {
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

    /** Runs {@code script} where the cache is a file system of its own. */
    private Ended withCacheMounted(String options, String script) throws Exception {
        String unshare =
                installed.shell("unshare -m true").exitCode() == 0 ? "unshare -m" : "unshare -Urm";
        assumeTrue(
                installed.shell(unshare + " true").exitCode() == 0, "no mount namespace allowed");
        Files.writeString(directory.resolve("script"), script);
        return installed.shell(
                unshare
                        + " sh -c 'mount -t tmpfs -o "
                        + options
                        + " tmpfs \"$CACHEPOT_DIR\" && exec sh \"$0\"' "
                        + directory.resolve("script"));
    }

    private static final String BUILD_TWICE =
            """
            set -e
            make -j2 CC="$CACHEPOT gcc" >/dev/null
            mkdir first
            mv u*.o first
            make -j2 CC="$CACHEPOT gcc" >/dev/null
            "$CACHEPOT" --show-stats
            """;

    private void assertBuilt(Ended ended) throws IOException, InterruptedException {
        assertThat(ended.exitCode()).as("%s", ended).isZero();
        assertThat(ended.stderr()).isEmpty();
        Installation.assertSame(installed.objects(), expected);
        assertThat(installed.shell("for o in u*.o; do cmp $o first/$o; done"))
                .isEqualTo(new Ended(0, "", ""));
    }

    @Test
    void fullDiskCostsHitsAndOneWarning() throws Exception {
        // When
        Ended ended = withCacheMounted("size=16k", BUILD_TWICE);

        // Then
        assertBuilt(ended);
        assertThat(ended.stdout())
                .containsPattern("(?m)^Cache write errors +[1-9]")
                .containsPattern(
                        "(?m)^Warning: results are not kept in .*/cache: No space left on device");
        assertThat(warnings()).hasSize(1);
    }

    @Test
    void readOnlyDiskCostsHitsAndOneWarning() throws Exception {
        // When
        Ended ended = withCacheMounted("ro", BUILD_TWICE);

        // Then
        assertBuilt(ended);
        assertThat(ended.stdout())
                .containsPattern("(?m)^Cache write errors +" + 2 * UNITS)
                .containsPattern(
                        "(?m)^Warning: results are not kept in .*/cache: Read-only file system");
        assertThat(warnings()).hasSize(1);
    }

    @Test
    void aDiskThatHasRoomAgainIsUsedAgain() throws Exception {
        // When
        Ended ended =
                withCacheMounted(
                        "size=2m",
                        """
                        set -e
                        cat /dev/zero >"$CACHEPOT_DIR/filler" 2>/dev/null || true
                        make CC="$CACHEPOT gcc" >/dev/null
                        "$CACHEPOT" --show-stats | grep '^Cache write errors'
                        rm u*.o "$CACHEPOT_DIR/filler"
                        make CC="$CACHEPOT gcc" >/dev/null
                        rm u*.o
                        make CC="$CACHEPOT gcc" >/dev/null
                        "$CACHEPOT" --show-stats | grep '^Cache hits '
                        """);

        // Then
        assertThat(ended.exitCode()).as("%s", ended).isZero();
        Installation.assertSame(installed.objects(), expected);
        assertThat(ended.stdout())
                .containsPattern("Cache write errors +" + UNITS + "\nCache hits +" + UNITS + "\n");
        assertThat(warnings()).hasSize(1);
    }

    private List<String> warnings() throws IOException {
        return Files.readAllLines(installed.log).stream()
                .filter(line -> line.contains(" WARN "))
                .toList();
    }
}
