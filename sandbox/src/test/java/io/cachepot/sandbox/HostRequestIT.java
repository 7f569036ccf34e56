package io.cachepot.sandbox;

import static io.cachepot.sandbox.SandboxContract.exitCode;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.sandbox.bubblewrap.BubblewrapSandboxes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A sandbox host believes nobody: requests that the worker would never make. */
class HostRequestIT extends SandboxFixture {
    private static final int MAGIC = 0x314a5043;
    private static final String CONTENT = "none of the job's";

    private Path other;

    @Override
    protected Sandbox open(Path buildDir) {
        return BubblewrapSandboxes.hosted(buildDir, base().resolve("sources"));
    }

    @Test
    void nothingIsMadeThroughALink() throws Exception {
        // Given: what the job brings is made where all of the host's places are still in sight
        for (String target : List.of("/cas", "/tc", "/job", "..", "/run")) {
            for (Entry through :
                    List.of(
                            new Entry('d', "/w/link/made"),
                            new Entry('f', "/w/link/made"),
                            new Entry('l', "/w/link/made"),
                            new Entry('c', "/w/link/made"))) {
                // When
                String answer =
                        ask(new Entry('d', "/w"), new Entry('l', "/w/link", target), through);

                // Then
                assertThat(answer).as("%s below a link to %s", through, target).startsWith("r");
            }
        }
        assertUntouched();
    }

    @Test
    void nothingIsMadeAboveTheRoot() throws Exception {
        for (String path : List.of("/../cas/made", "/w/../../tc/made", "/..", "made")) {
            for (char kind : List.of('d', 'f', 'l', 'c')) {
                // When
                String answer = ask(new Entry(kind, path));

                // Then
                assertThat(answer).as("%s %s", kind, path).startsWith("b").contains("malformed");
            }
        }
        assertUntouched();
    }

    @Test
    void twoThingsInOnePlaceAreRefused() throws Exception {
        // When, Then
        assertThat(ask(new Entry('f', "/w/in"), new Entry('f', "/w/in"))).startsWith("r");
        assertThat(ask(new Entry('f', "/w/in"), new Entry('d', "/w/in"))).startsWith("r");
        assertThat(ask(new Entry('d', "/w/in"), new Entry('l', "/w/in"))).startsWith("r");
        assertThat(ask(new Entry('f', "/dev/null"))).startsWith("r");
    }

    /** Has a host come up. */
    @BeforeEach
    void prepare() throws Exception {
        other = Files.writeString(base().resolve("sources/other"), CONTENT);
        assertThat(exitCode(shell("true").run())).isZero();
    }

    private void assertUntouched() throws IOException {
        assertThat(base().resolve("sources/made")).doesNotExist();
        assertThat(toolchain().resolve("made")).doesNotExist();
        assertThat(other).hasContent(CONTENT);
    }

    private record Entry(char kind, String path, String target) {
        Entry(char kind, String path) {
            this(kind, path, "other");
        }
    }

    /** The first frame of the answer: its kind, and what it says. */
    private String ask(Entry... entries) throws IOException {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            channel.write(ByteBuffer.wrap(request(entries)));
            var in = Channels.newInputStream(channel);
            byte[] head = in.readNBytes(1 + Integer.BYTES);
            int length = ByteBuffer.wrap(head).order(ByteOrder.nativeOrder()).getInt(1);
            return (char) head[0] + new String(in.readNBytes(length), UTF_8);
        }
    }

    private Path socket() throws IOException {
        try (var paths = Files.walk(buildDir())) {
            return paths.filter(path -> path.endsWith("s") && path.toString().contains("/host-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static byte[] request(Entry... entries) {
        var bytes = new ByteArrayOutputStream();
        for (long bound : new long[] {10_000, 1 << 20, 1 << 30, 2L << 30, 200_000, 0}) {
            u64(bytes, bound);
        }
        u32(bytes, 100);
        text(bytes, "/usr/bin/true");
        text(bytes, "/");
        texts(bytes, "true");
        texts(bytes);
        texts(bytes);
        texts(bytes);
        u32(bytes, entries.length);
        for (Entry entry : entries) {
            bytes.write(entry.kind());
            text(bytes, entry.path());
            switch (entry.kind()) {
                case 'f' -> u64(bytes, 0);
                case 'l', 'c' -> text(bytes, entry.target());
                default -> {}
            }
        }
        var framed = new ByteArrayOutputStream();
        u32(framed, MAGIC);
        u32(framed, bytes.size());
        framed.writeBytes(bytes.toByteArray());
        return framed.toByteArray();
    }

    private static void u32(ByteArrayOutputStream bytes, int value) {
        bytes.writeBytes(
                ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putInt(value)
                        .array());
    }

    private static void u64(ByteArrayOutputStream bytes, long value) {
        bytes.writeBytes(
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putLong(value)
                        .array());
    }

    private static void text(ByteArrayOutputStream bytes, String text) {
        u32(bytes, text.length());
        bytes.writeBytes(text.getBytes(UTF_8));
        bytes.write(0);
    }

    private static void texts(ByteArrayOutputStream bytes, String... texts) {
        u32(bytes, texts.length);
        for (String text : texts) {
            text(bytes, text);
        }
    }
}
