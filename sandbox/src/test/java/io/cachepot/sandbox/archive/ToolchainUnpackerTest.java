package io.cachepot.sandbox.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.protocol.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ToolchainUnpackerTest {
    private final ToolchainUnpacker unpacker = new ToolchainUnpacker(ArchiveLimits.DEFAULT);

    @TempDir private Path base;
    private Path target;

    @BeforeEach
    void chooseTarget() {
        target = base.resolve("unpacked");
    }

    @ParameterizedTest
    @EnumSource
    void unpacksEveryCompression(Compression compression) throws IOException {
        // Given
        byte[] archive = TarBuilder.compress(compression, gcc().plain());

        // When
        UnpackedArchive unpacked = unpacker.unpack(new ByteArrayInputStream(archive), target);

        // Then
        assertThat(unpacked).isEqualTo(new UnpackedArchive(Digest.of(archive), 6, 6));
        assertThat(target.resolve("usr/bin/gcc")).hasContent("gcc");
        assertThat(Files.readSymbolicLink(target.resolve("bin"))).hasToString("usr/bin");
    }

    private static TarBuilder gcc() {
        return new TarBuilder()
                .directory("usr/")
                .file("usr/bin/gcc", "gcc", 0755)
                .file("usr/lib/libc.so", "elf")
                .link("bin", "usr/bin");
    }

    @Test
    void roundTripGivesWhatWasPacked() throws IOException {
        // Given
        Path source = Files.writeString(base.resolve("source"), "content");
        var bytes = new ByteArrayOutputStream();
        try (var writer = ArchiveWriter.zstd(bytes)) {
            writer.directory("empty");
            writer.file("usr/bin/cc1", source, true);
            writer.file("usr/lib/" + "long".repeat(60), source, false);
            writer.link("usr/lib64", "lib");
            writer.file("usr/lib\u00fc", source, false);
        }

        // When
        UnpackedArchive unpacked =
                unpacker.unpack(new ByteArrayInputStream(bytes.toByteArray()), target);

        // Then
        assertThat(unpacked.digest()).isEqualTo(Digest.of(bytes.toByteArray()));
        assertThat(unpacked.bytes()).isEqualTo(3 * 7);
        assertThat(tree())
                .containsExactly(
                        "drwxr-xr-x empty",
                        "drwxr-xr-x usr",
                        "drwxr-xr-x usr/bin",
                        "-rwxr-xr-x usr/bin/cc1 content",
                        "drwxr-xr-x usr/lib",
                        "-rw-r--r-- usr/lib/" + "long".repeat(60) + " content",
                        "l usr/lib64 -> lib",
                        "-rw-r--r-- usr/lib\u00fc content");
    }

    private List<String> tree() throws IOException {
        try (Stream<Path> paths = Files.walk(target)) {
            return paths.filter(path -> !path.equals(target)).sorted().map(this::describe).toList();
        }
    }

    private String describe(Path path) {
        try {
            String name = target.relativize(path).toString();
            if (Files.isSymbolicLink(path)) {
                return "l " + name + " -> " + Files.readSymbolicLink(path);
            }
            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
            return Files.isDirectory(path)
                    ? "d" + mode + " " + name
                    : "-" + mode + " " + name + " " + Files.readString(path);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void acceptsNamesThatBeginWithDotOrSlash() throws IOException {
        // Given
        var tar =
                new TarBuilder()
                        .directory("./")
                        .directory("./usr/")
                        .file("./usr/a", "a")
                        .file("/usr/b", "b")
                        .file("usr//./c", "c");

        // When
        unpacker.unpack(tar.stream(), target);

        // Then
        assertThat(tree())
                .containsExactly(
                        "drwxr-xr-x usr",
                        "-rw-r--r-- usr/a a",
                        "-rw-r--r-- usr/b b",
                        "-rw-r--r-- usr/c c");
    }

    @Test
    void acceptsLongNamesOfGnuTar() throws IOException {
        // Given
        String name = "usr/" + "n".repeat(200);
        var tar = new TarBuilder().gnu().file(name, "x").link("l", "t".repeat(200));

        // When
        unpacker.unpack(tar.stream(), target);

        // Then
        assertThat(target.resolve(name)).hasContent("x");
    }

    @Test
    void givesModesOfTwoKindsOnly() throws IOException {
        // Given
        var tar =
                new TarBuilder()
                        .file("suid", "", 06755)
                        .file("secret", "", 0600)
                        .file("open", "", 0666)
                        .file("locked", "", 0);

        // When
        unpacker.unpack(tar.stream(), target);

        // Then
        assertThat(tree())
                .containsExactly(
                        "-rw-r--r-- locked ",
                        "-rw-r--r-- open ",
                        "-rw-r--r-- secret ",
                        "-rwxr-xr-x suid ");
    }

    @Test
    void makesHardLinksToFilesOfTheArchive() throws IOException {
        // Given
        var tar = new TarBuilder().file("usr/gcc", "x", 0755).hardLink("usr/g++", "./usr/gcc");

        // When
        unpacker.unpack(tar.stream(), target);

        // Then
        assertThat(Files.isSameFile(target.resolve("usr/gcc"), target.resolve("usr/g++"))).isTrue();
    }

    @Test
    void makesLinksThatLeadNowhereOrOutsideWithoutFollowingThem() throws IOException {
        // Given
        Path outside = Files.createDirectory(base.resolve("outside"));
        var tar =
                new TarBuilder()
                        .link("etc", outside.toString())
                        .link("up", "../outside")
                        .link("loop", "loop");

        // When
        unpacker.unpack(tar.stream(), target);

        // Then
        assertThat(Files.readSymbolicLink(target.resolve("up"))).hasToString("../outside");
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void digestsWhatComesAfterTheEndOfTheArchive() throws IOException {
        // Given
        byte[] archive = TarBuilder.compress(Compression.GZIP, gcc().plain());
        byte[] longer = Arrays.copyOf(archive, archive.length + 100_000);

        // When
        UnpackedArchive unpacked = unpacker.unpack(new ByteArrayInputStream(longer), target);

        // Then
        assertThat(unpacked.digest()).isEqualTo(Digest.of(longer));
    }

    @Test
    void readsMembersOfGzipOneAfterTheOther() throws IOException {
        // Given
        byte[] plain = gcc().plain();
        byte[] first = TarBuilder.compress(Compression.GZIP, Arrays.copyOf(plain, 700));
        byte[] second =
                TarBuilder.compress(Compression.GZIP, Arrays.copyOfRange(plain, 700, plain.length));

        // When
        unpacker.unpack(
                new SequenceInputStream(
                        new ByteArrayInputStream(first), new ByteArrayInputStream(second)),
                target);

        // Then
        assertThat(target.resolve("usr/lib/libc.so")).hasContent("elf");
    }

    @Test
    void unpacksDirectoriesThatComeTwice() throws IOException {
        // When
        unpacker.unpack(new TarBuilder().file("a/b", "").directory("a/").stream(), target);

        // Then
        assertThat(target.resolve("a/b")).isRegularFile();
    }

    @Test
    void neverUnpacksIntoADirectoryThatIsThere() throws IOException {
        // Given
        Files.createDirectory(target);
        Path mine = Files.writeString(target.resolve("mine"), "mine");

        // When
        // Then
        assertThatThrownBy(() -> unpacker.unpack(gcc().stream(), target))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(mine).hasContent("mine");
    }

    @Test
    void saysWhenItIsTheStreamThatFails() {
        // Given
        var failing =
                new SequenceInputStream(
                        new ByteArrayInputStream(Arrays.copyOf(gcc().plain(), 1000)),
                        new FailingStream());

        // When
        // Then
        assertThatThrownBy(() -> unpacker.unpack(failing, target))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("connection reset");
        assertThat(target).doesNotExist();
    }

    private static final class FailingStream extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("connection reset");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return read();
        }
    }

    @Test
    void refusesArchiveThatIsCutShortAnywhere() throws IOException {
        for (Compression compression : Compression.values()) {
            byte[] archive = TarBuilder.compress(compression, gcc().plain());
            // A plain archive ends in more zeros than it has to.
            int end = compression == Compression.NONE ? 512 * 7 : archive.length;
            for (int length = 0; length < end; length += 1 + end / 50) {
                byte[] cut = Arrays.copyOf(archive, length);
                assertThatThrownBy(() -> unpacker.unpack(new ByteArrayInputStream(cut), target))
                        .as("%s cut to %d", compression, length)
                        .isInstanceOf(ArchiveException.class);
                assertThat(target).doesNotExist();
            }
        }
    }

    @Test
    void refusesWhatIsNoArchive() {
        for (String content : List.of("", "x", "not an archive\n".repeat(100), "\0".repeat(2048))) {
            assertThatThrownBy(() ->
                            unpacker.unpack(
                                    new ByteArrayInputStream(content.getBytes(UTF_8)), target))
                    .isInstanceOf(ArchiveException.class)
                    .hasMessageContaining("expected gzip, xz, zstd, bzip2");
        }
    }

    @Test
    void leavesNothingWhenRefused() {
        // Given
        var tar = gcc().file("../out", "x");

        // When
        // Then
        assertThatThrownBy(() -> unpacker.unpack(tar.stream(), target))
                .isInstanceOf(ArchiveException.class);
        assertThat(target).doesNotExist();
        assertThat(Files.exists(base.resolve("out"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    }
}
