package io.cachepot.client.compiler.rustc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrateScanTest {
    @TempDir Path directory;

    private CrateScan scan(String name, String content) throws IOException {
        return CrateScan.of(
                Files.writeString(directory.resolve(name), content, StandardCharsets.ISO_8859_1));
    }

    @Test
    void numbersOfOtherCratesAreFound() throws IOException {
        CrateScan scan =
                scan("liba.rmeta", "rust\0serde-0123456789abcdef\0x-fedcba9876543210y-12 -0123");
        assertThat(scan.mentioned())
                .containsExactlyInAnyOrder(
                        CrateScan.numberOf("libserde-0123456789abcdef.rlib"),
                        CrateScan.numberOf("libx-fedcba9876543210.so"));
        assertThat(CrateScan.numberOf("liba.rlib")).isZero();
    }

    @Test
    void anArchiveIsReadForItsMetadata() throws Exception {
        Files.writeString(directory.resolve("lib.rmeta"), "c-aaaaaaaaaaaaaaaa");
        Files.writeString(directory.resolve("a.o"), "c-bbbbbbbbbbbbbbbb");
        Process ar =
                new ProcessBuilder("ar", "rc", "liba.rlib", "lib.rmeta", "a.o")
                        .directory(directory.toFile())
                        .start();
        assertThat(ar.waitFor()).isZero();
        assertThat(CrateScan.of(directory.resolve("liba.rlib")).mentioned())
                .containsExactly(0xaaaaaaaaaaaaaaaaL);
    }

    @Test
    void aLibraryTellsWhatItIs() throws IOException {
        CrateScan macro =
                scan("libm.so", "..__rustc_proc_macro_decls_1__.rust_metadata_m_1.xMY_URLab");
        assertThat(macro.isProcMacro()).isTrue();
        assertThat(macro.isCrate()).isTrue();
        assertThat(macro.capitals().have("MY_URL")).isTrue();
        assertThat(scan("libn.so", "native").isCrate()).isFalse();
    }
}
