package io.cachepot.client.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --doctor} sees of an installation. */
class DoctorIT {
    @TempDir Path directory;
    private Installation installed;

    @BeforeEach
    void install() throws IOException {
        installed = new Installation(directory);
    }

    @AfterEach
    void stop() throws IOException {
        installed.close();
    }

    /** Looking at clang takes seconds, for its libraries are large. */
    private Path pathWithGccAlone() throws IOException {
        Path bin = Files.createDirectory(directory.resolve("gcc"));
        Files.createSymbolicLink(bin.resolve("gcc"), Path.of("/usr/bin/gcc"));
        installed.set("PATH", bin.toString());
        return bin;
    }

    @Test
    void aGoodInstallationHasNoFailure() throws Exception {
        // When
        var ended = installed.cachepot("--doctor");

        // Then
        assertThat(ended.exitCode()).as("%s", ended).isZero();
        assertThat(ended.stderr()).isEmpty();
        assertThat(ended.stdout())
                .containsPattern("(?m)^ok +configuration +defaults; a file would be read")
                .containsPattern("(?m)^(ok|warn) +cache +" + installed.cache)
                .containsPattern("(?m)^ok +gcc +gcc [0-9.]+, /")
                .containsPattern("(?m)^ok +clang +clang [0-9.]+, /")
                .containsPattern("(?m)^ok +scheduler +none is configured")
                .endsWith(" 0 failures\n");
    }

    @Test
    void ccacheInFrontOfACompilerAndCachepotUnderOnesNameAreSeen() throws Exception {
        // Given
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("gcc"), Machine.WRAPPER);
        Path ccache = Files.copy(Path.of("/bin/true"), bin.resolve("ccache"));
        Files.createSymbolicLink(bin.resolve("clang"), ccache);
        installed.set("PATH", bin + ":" + pathWithGccAlone());

        // When
        var ended = installed.cachepot("--doctor");

        // Then
        assertThat(ended.stdout().replaceAll("\\s+", " "))
                .containsPattern("warn clang \\S+/bin/clang is not cached: ccache in front of the")
                .contains("ok use these names on PATH lead to cachepot: gcc");
    }

    @Test
    void aTemporaryDirectoryThatIsNotThereFails() throws Exception {
        // Given: a coordinator from better times
        installed.cachepot("--start-coordinator");
        installed.set("TMPDIR", "/none");
        pathWithGccAlone();

        // When
        var ended = installed.cachepot("--doctor");

        // Then
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.stdout()).containsPattern("(?m)^fail +TMPDIR +/none is not a directory");
    }

    @Test
    void withoutACoordinatorTheReasonIsSaid() throws Exception {
        // Given
        Path settings = installed.write("settings", "[cache.disk]\nsize = 'much'\n");
        installed.set("CACHEPOT_CONF", settings.toString());

        // When
        var ended = installed.cachepot("--doctor");

        // Then
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.stderr()).isEmpty();
        assertThat(ended.stdout())
                .startsWith(
                        "fail  coordinator    cannot be started or reached: " + settings + ":2:1: ")
                .contains("fix: ");
    }

    @Test
    void jsonIsOneLine() throws Exception {
        pathWithGccAlone();
        assertThat(installed.cachepot("--doctor", "--stats-format", "json").stdout())
                .startsWith("{\"healthy\":true,\"findings\":[{\"level\":\"")
                .doesNotContain("\n");
    }
}
