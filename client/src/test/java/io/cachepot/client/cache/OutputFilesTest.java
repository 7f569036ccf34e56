package io.cachepot.client.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFilesTest {
    @TempDir Path directory;

    @Test
    void nothingIsSeenBeforeTheCommit() throws IOException {
        // Given
        Path target = directory.resolve("a.o");
        Files.writeString(target, "old");

        // When
        try (var outputs = new OutputFiles(022)) {
            outputs.add(new Target(target, true), false, content("new"));
            assertThat(target).hasContent("old");
        }

        // Then
        assertThat(target).hasContent("old");
        assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void replacesAReadOnlyTargetAndLeavesItsOtherNamesAlone() throws IOException {
        // Given
        Path target = directory.resolve("a.o");
        Files.writeString(target, "old");
        Path other = Files.createLink(directory.resolve("other"), target);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r--r--r--"));

        // When
        commit(022, target, false);

        // Then
        assertThat(target).hasContent("new");
        assertThat(other).hasContent("old");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("rw-r--r--");
    }

    /** Somebody who looks all the time sees the old file or the new one, whole. */
    @Test
    void theTargetIsNeverAbsent() throws Exception {
        // Given
        Path target = directory.resolve("a.o");
        Files.writeString(target, "new");
        var problems = new ConcurrentLinkedQueue<String>();
        var isDone = new AtomicBoolean();
        Thread reader =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!isDone.get()) {
                                try {
                                    if (!Files.readString(target).equals("new")) {
                                        problems.add("torn");
                                    }
                                } catch (IOException e) {
                                    problems.add(e.toString());
                                }
                            }
                        });

        // When
        for (int i = 0; i < 2_000; i++) {
            commit(022, target, false);
        }
        isDone.set(true);
        reader.join();

        // Then
        assertThat(problems).isEmpty();
        assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void modesFollowTheUmask() throws IOException {
        // When
        commit(077, directory.resolve("a"), false);
        commit(002, directory.resolve("b"), true);

        // Then
        assertThat(mode("a")).isEqualTo("rw-------");
        assertThat(mode("b")).isEqualTo("rwxrwxr-x");
    }

    @Test
    void replacesASymbolicLink() throws IOException {
        // Given
        Path real = Files.writeString(directory.resolve("real"), "old");
        Path link = Files.createSymbolicLink(directory.resolve("a.o"), Path.of("real"));

        // When
        commit(022, link, false);

        // Then
        assertThat(Files.isSymbolicLink(link)).isFalse();
        assertThat(link).hasContent("new");
        assertThat(real).hasContent("old");
    }

    @Test
    void writesThroughASymbolicLinkWhereTheCompilerDoes() throws IOException {
        // Given
        Path real = Files.createDirectory(directory.resolve("real")).resolve("a.d");
        Files.writeString(real, "old and longer");
        Path link = Files.createSymbolicLink(directory.resolve("a.d"), Path.of("real/a.d"));

        // When
        commit(022, new Target(link, false), false);

        // Then
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(real).hasContent("new");
        assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void writesIntoAFileOfOtherModeOrNamesWhereTheCompilerDoes() throws IOException {
        // Given
        Path list = Files.writeString(directory.resolve("a.d"), "old");
        Files.setPosixFilePermissions(list, PosixFilePermissions.fromString("rw-r-----"));
        Path other = Files.createLink(directory.resolve("other"), list);

        // When
        commit(022, new Target(list, false), false);

        // Then
        assertThat(mode("a.d")).isEqualTo("rw-r-----");
        assertThat(other).hasContent("new");
    }

    @Test
    void aMissingDirectoryIsAnError() {
        assertThatThrownBy(() -> commit(022, directory.resolve("no/a.o"), false))
                .isInstanceOf(IOException.class);
    }

    private static void commit(int umask, Path target, boolean isExecutable) throws IOException {
        commit(umask, new Target(target, true), isExecutable);
    }

    private static void commit(int umask, Target target, boolean isExecutable) throws IOException {
        try (var outputs = new OutputFiles(umask)) {
            outputs.add(target, isExecutable, content("new"));
            outputs.commit();
        }
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve(name)));
    }

    private static InputStream content(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
