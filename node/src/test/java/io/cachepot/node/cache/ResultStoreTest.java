package io.cachepot.node.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.RunJobResult;
import io.cachepot.protocol.wire.PartStreamWriter;
import io.cachepot.protocol.wire.ResultStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultStoreTest {
    @TempDir private Path directory;
    private ResultStore store;

    @BeforeEach
    void start() throws IOException {
        store = started(1 << 20);
    }

    private ResultStore started(long bytesMax) throws IOException {
        var started = new ResultStore(directory, bytesMax);
        started.start();
        return started;
    }

    private static Digest key(String name) {
        return Digest.of(Bytes.utf8(name));
    }

    private static byte[] stream(String stdout) throws IOException {
        var out = new ByteArrayOutputStream();
        var parts = new PartStreamWriter(out);
        ResultStream.writeHead(parts, new RunJobResult.Complete(0, 1, 1));
        ResultStream.writeStdio(parts, Bytes.utf8(stdout), Bytes.EMPTY);
        parts.end();
        return out.toByteArray();
    }

    private void keep(String name) throws IOException {
        byte[] stream = stream(name);
        store.keep(key(name), out -> out.write(stream));
    }

    private byte[] read(String name) throws IOException {
        try (InputStream in = store.open(key(name)).orElse(InputStream.nullInputStream())) {
            return in.readAllBytes();
        }
    }

    private Path file(String name) {
        String hex = key(name).hex();
        return directory.resolve("results").resolve(hex.substring(0, 2)).resolve(hex);
    }

    @Test
    void givesBackWhatWasKept() throws Exception {
        keep("a");
        assertThat(read("a")).isEqualTo(stream("a"));
        assertThat(store.open(key("b"))).isEmpty();
    }

    @Test
    void keepsAcrossARestart() throws Exception {
        keep("a");
        store = started(1 << 20);
        assertThat(read("a")).isEqualTo(stream("a"));
    }

    /** A power failure tears files. */
    @Test
    void oneThatIsDamagedAtTheStartIsGivenUp() throws Exception {
        // Given
        keep("a");
        keep("b");
        byte[] bytes = Files.readAllBytes(file("a"));
        bytes[bytes.length - 40] ^= 1;
        Files.write(file("a"), bytes);
        Files.write(file("b"), new byte[0]);

        // When
        store = started(1 << 20);

        // Then
        assertThat(store.open(key("a"))).isEmpty();
        assertThat(store.open(key("b"))).isEmpty();
        assertThat(file("a")).doesNotExist();
        assertThat(store.details().bytes()).isZero();
    }

    @Test
    void makesRoomByGivingUpTheLeastRecentlyUsed() throws Exception {
        // Given
        long one = stream("a").length;
        store = started(2 * one);
        keep("a");
        keep("b");
        store.open(key("a")).orElseThrow().close();

        // When
        keep("c");

        // Then
        assertThat(store.open(key("b"))).isEmpty();
        assertThat(file("b")).doesNotExist();
        assertThat(read("a")).isEqualTo(stream("a"));
        assertThat(read("c")).isEqualTo(stream("c"));
    }

    @Test
    void whatIsLargerThanAllOfItIsNotKeptAndDropsNoOther() throws Exception {
        // Given
        store = started(stream("a").length);
        keep("a");

        // When
        keep("a longer one");

        // Then
        assertThat(store.open(key("a longer one"))).isEmpty();
        assertThat(read("a")).isEqualTo(stream("a"));
    }

    @Test
    void oneThatCanNotBeWrittenLeavesNothing() throws Exception {
        assertThatThrownBy(() ->
                        store.keep(
                                key("a"),
                                out -> {
                                    out.write(1);
                                    throw new IOException("no space left");
                                }))
                .hasMessage("no space left");
        assertThat(store.open(key("a"))).isEmpty();
        assertThat(directory.resolve("results/tmp")).isEmptyDirectory();
    }

    @Test
    void aFileThatWasTakenAwayIsNotThere() throws Exception {
        keep("a");
        Files.delete(file("a"));
        assertThat(store.open(key("a"))).isEmpty();
    }
}
