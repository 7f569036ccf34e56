package io.cachepot.sandbox.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives that try something: each is refused by name, and nothing of it stays. */
class HostileArchiveTest {
    private static final ArchiveLimits LIMITS = new ArchiveLimits(1 << 20, 1000, 64, 255);

    private final ToolchainUnpacker unpacker = new ToolchainUnpacker(LIMITS);

    @TempDir private Path base;

    static Stream<Arguments> hostile() {
        String ones = "a/".repeat(70);
        return Stream.of(
                of("dot dot", tar().file("../x", ""), "'../x' has '..'"),
                of("dot dot inside", tar().file("a/../../x", ""), "'a/../../x' has '..'"),
                of("dot dot at the end", tar().directory("a/.."), "has '..'"),
                of("absolute dot dot", tar().file("/../x", ""), "has '..'"),
                of(
                        "dot dot in pax path",
                        tar().pax("x", "", Map.of("path", "a/../../x")),
                        "has '..'"),
                of("below absolute link", tar().link("a", "/etc").file("a/x", ""), "'a/x' lies"),
                of("below relative link", tar().link("a", "b").file("a/x", ""), "'a/x' lies"),
                of("directory below link", tar().link("a", "b").directory("a/x/"), "'a/x/' lies"),
                of("link below link", tar().link("a", "b").link("a/x", "y"), "'a/x' lies"),
                of("file over link", tar().link("a", "/etc/x").file("a", "x"), "'a' is there"),
                of("directory over link", tar().link("a", "/etc").directory("a/"), "'a/' is a"),
                of("link over directory", tar().directory("a/").link("a", "/"), "'a' is there"),
                of("link over used directory", tar().file("a/b", "").link("a", "/"), "'a' is"),
                of("file over directory", tar().directory("a/").file("a", ""), "'a' is there"),
                of("file as directory", tar().file("a", "").file("a/b", ""), "'a/b' lies"),
                of("file twice", tar().file("a", "1").file("./a", "2"), "'./a' is there twice"),
                of("hard link to nothing", tar().hardLink("a", "b"), "'a' is a hard link to 'b'"),
                of("hard link outside", tar().hardLink("a", "/etc/passwd"), "hard link"),
                of("hard link up", tar().hardLink("a", "../x"), "has '..'"),
                of("hard link to link", tar().link("l", "/etc/x").hardLink("a", "l"), "hard link"),
                of(
                        "hard link through link",
                        tar().link("l", "/etc").hardLink("a", "l/passwd"),
                        "hard link"),
                of("hard link to directory", tar().directory("d/").hardLink("a", "d"), "hard link"),
                of("block device", tar().odd("a", TarConstants.LF_BLK), "'a' has type '4'"),
                of("character device", tar().odd("a", TarConstants.LF_CHR), "'a' has type '3'"),
                of("fifo", tar().odd("a", TarConstants.LF_FIFO), "'a' has type '6'"),
                of("unknown type", tar().odd("a", (byte) 'Z'), "'a' has type 'Z'"),
                of("old sparse", tar().raw("a", (byte) 'S', "00000000000\0"), "'a' is sparse"),
                of(
                        "pax sparse",
                        tar().rawPax("GNU.sparse.realsize", "1000000000")
                                .raw("a", (byte) '0', "00000000000\0"),
                        "sparse"),
                of(
                        "pax sparse of old",
                        tar().rawPax("GNU.sparse.size", "1000000000")
                                .raw("a", (byte) '0', "00000000000\0"),
                        "'a' is sparse"),
                of("negative size", tar().raw("a", (byte) '0', "-0000000001\0"), "damaged"),
                of(
                        "negative binary size",
                        tar().raw("a", (byte) '0', "\u00ff".repeat(11) + "\u00fe"),
                        "archive"),
                of(
                        "content that is not there",
                        tar().raw("a", (byte) '0', "00000010000\0"),
                        "archive"),
                of("more than fits", tar().raw("a", (byte) '0', "77777777777\0"), "'a' makes it"),
                of("name too long", tar().file("n".repeat(256), ""), "more than 255"),
                of("too deep", tar().file(ones + "x", ""), "deeper than 64"),
                of("empty name", tar().raw("", (byte) '0', "00000000000\0"), "'' has a name"),
                of("name of nothing but dots", tar().file("./.", ""), "directory's name"),
                of("link to nothing", tar().link("a", ""), "target that is none"),
                of("too many entries", many(), "more than 1000 entries"));
    }

    private static TarBuilder tar() {
        return new TarBuilder();
    }

    private static TarBuilder many() {
        var tar = new TarBuilder();
        for (int i = 0; i < 1001; i++) {
            tar.file("f" + i, "");
        }
        return tar;
    }

    private static Arguments of(String what, TarBuilder tar, String message) {
        return Arguments.of(Named.of(what, tar.plain()), message);
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void isRefusedByNameAndLeavesNothing(byte[] archive, String message) throws IOException {
        // Given
        Path target = base.resolve("in/unpacked");
        Files.createDirectory(base.resolve("in"));

        // When
        // Then
        assertThatThrownBy(() -> unpacker.unpack(new ByteArrayInputStream(archive), target))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining(message);
        assertThat(base.resolve("in")).isEmptyDirectory();
        try (var paths = Files.list(base)) {
            assertThat(paths).hasSize(1);
        }
    }

    @Test
    void bombOfContentIsRefusedByItsHeader() throws IOException {
        // Given
        var bytes = new ByteArrayOutputStream();
        try (var zstd = new ZstdOutputStream(bytes)) {
            zstd.write(TarBuilder.header("bomb", (byte) '0', "77777777777\0"));
            writeZeros(zstd, 64 << 20);
        }

        // When
        // Then
        assertRefused(bytes.toByteArray(), "'bomb' makes it more than 1048576 bytes");
    }

    @Test
    void bombOfHeadersIsRefusedBeforeItIsInMemory() throws IOException {
        for (byte type : new byte[] {'L', 'K', 'x', 'g'}) {
            // Given
            var bytes = new ByteArrayOutputStream();
            try (var zstd = new ZstdOutputStream(bytes)) {
                zstd.write(TarBuilder.header("bomb", type, "77777777777\0"));
                zstd.write("8589934000 path=".getBytes(UTF_8));
                writeZeros(zstd, 64 << 20);
            }

            // When
            // Then
            assertRefused(bytes.toByteArray(), "archive");
        }
    }

    @Test
    void bombOfPaddingIsRefused() throws IOException {
        // Given
        var bytes = new ByteArrayOutputStream();
        try (var zstd = new ZstdOutputStream(bytes)) {
            zstd.write(new TarBuilder().file("a", "").plain());
            writeZeros(zstd, 64 << 20);
        }

        // When
        // Then
        assertRefused(bytes.toByteArray(), "too long");
    }

    @Test
    void frameThatWantsTooMuchMemoryIsRefused() {
        // Given a frame of one empty block and a window of 2 GiB (RFC 8878, 3.1.1)
        byte[] archive = HexFormat.of().parseHex("28b52ffd00a8010000");

        // When
        // Then
        assertRefused(archive, "too much memory");
    }

    private static void writeZeros(ZstdOutputStream zstd, int count) throws IOException {
        var zeros = new byte[1 << 20];
        for (int written = 0; written < count; written += zeros.length) {
            zstd.write(zeros);
        }
    }

    private void assertRefused(byte[] archive, String message) {
        Path target = base.resolve("unpacked");
        assertThatThrownBy(() -> unpacker.unpack(new ByteArrayInputStream(archive), target))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining(message);
        assertThat(target).doesNotExist();
    }
}
