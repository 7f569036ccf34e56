package io.cachepot.client.include;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.include.InputCollector.Collected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes a stored result unfit, on a real file system. */
class InputCollectorIT {
    @TempDir Path directory;

    private final FileMemory files = new FileMemory(InstantSource.system());
    private final DirectoryMemory directories = new DirectoryMemory(InstantSource.system());

    @BeforeEach
    void project() throws IOException {
        write("first/keep", "");
        write("second/b.h", "#define B 1\n");
        write("a.c", "#include \"b.h\"\n#if __has_include(\"maybe.h\")\n#endif\n");
    }

    @Test
    void nothingChangedIsAHit() throws IOException {
        assertThat(changeAfter(() -> {})).isEmpty();
    }

    @Test
    void noticesAChangedHeader() throws IOException {
        assertThat(changeAfter(() -> write("second/b.h", "#define B 2\n"))).isNotEmpty();
    }

    @Test
    void noticesAChangeThatKeepsSizeAndTime() throws IOException {
        Path header = directory.resolve("second/b.h");
        FileTime time = Files.getLastModifiedTime(header);
        assertThat(
                        changeAfter(() -> {
                            write("second/b.h", "#define B 2\n");
                            Files.setLastModifiedTime(header, time);
                        }))
                .isNotEmpty();
    }

    @Test
    void noticesAHeaderThatAppearsEarlierOnThePath() throws IOException {
        assertThat(changeAfter(() -> write("first/b.h", "#define B 1\n")))
                .hasValueSatisfying(change -> assertThat(change).contains("first/b.h appeared"));
    }

    @Test
    void noticesAHeaderThatAppearsBesideTheSource() throws IOException {
        assertThat(changeAfter(() -> write("b.h", "#define B 1\n"))).isNotEmpty();
    }

    @Test
    void noticesAQuestionWhoseAnswerTurns() throws IOException {
        assertThat(changeAfter(() -> write("second/maybe.h", ""))).isNotEmpty();
    }

    @Test
    void noticesAPrecompiledHeader() throws IOException {
        assertThat(changeAfter(() -> write("second/b.h.gch", ""))).isNotEmpty();
    }

    @Test
    void noticesADirectoryThatWasMissing() throws IOException {
        assertThat(changeAfter(() -> Files.createDirectory(directory.resolve("missing"))))
                .isNotEmpty();
    }

    @Test
    void noticesALinkThatPointsElsewhere() throws IOException {
        // Given
        write("real1/b.h", "#define B 1\n");
        write("real2/b.h", "#define B 3\n");
        Files.delete(directory.resolve("second/b.h"));
        Files.delete(directory.resolve("second"));
        Files.createSymbolicLink(directory.resolve("second"), Path.of("real1"));

        // Then
        assertThat(
                        changeAfter(() -> {
                            Files.delete(directory.resolve("second"));
                            Files.createSymbolicLink(directory.resolve("second"), Path.of("real2"));
                        }))
                .isNotEmpty();
    }

    @Test
    void whatChangedDuringTheCompileIsNotTracked() throws IOException {
        // Given: the compile began before the files got their last change
        long start = FileStamp.nanos(Instant.now().minusSeconds(3600));

        // Then
        assertThat(collect(start)).isEqualTo(new Collected.Unsettled());
    }

    private interface Change {
        void make() throws IOException;
    }

    private Optional<String> changeAfter(Change change) throws IOException {
        // A minute from now everything there is counts as settled.
        var collected =
                (Collected.Complete) collect(FileStamp.nanos(Instant.now().plusSeconds(60)));
        assertThat(new InputVerifier(files, directories, Map.of()).change(collected.inputs()))
                .isEmpty();
        change.make();
        return new InputVerifier(files, directories, Map.of())
                .change(collected.inputs())
                .map(InputChange::toString);
    }

    private Collected collect(long startNanos) throws IOException {
        var search = new SearchPath(List.of(), List.of("first", "second"), List.of("missing"));
        return new InputCollector(files, directories)
                .collect(
                        new InputCollector.Dependencies(List.of("a.c", "second/b.h"), true),
                        new Reading(
                                directory,
                                search,
                                List.of(),
                                Set.of(),
                                Reading.Precompiled.GCC,
                                false,
                                false,
                                false,
                                false,
                                false),
                        Optional.empty(),
                        startNanos);
    }

    private void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
