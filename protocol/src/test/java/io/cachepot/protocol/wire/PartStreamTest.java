package io.cachepot.protocol.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.Examples;
import io.cachepot.protocol.Job;
import io.cachepot.protocol.RunJobResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class PartStreamTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/streams");
    private static final int HEAD_BYTES = 5;

    @Test
    void jobStreamHasTheGoldenBytes() throws IOException {
        assertThat(HexFormat.of().formatHex(jobStream()))
                .isEqualTo(Files.readString(GOLDEN.resolve("job.hex")).strip());
    }

    @Test
    void resultStreamHasTheGoldenBytes() throws IOException {
        assertThat(HexFormat.of().formatHex(resultStream()))
                .isEqualTo(Files.readString(GOLDEN.resolve("result.hex")).strip());
    }

    @Test
    void readsAJobAndItsBlobs() throws IOException {
        // Given
        var in = reader(jobStream());
        var blobs = new ArrayList<String>();

        // When
        Job job = JobStream.readHead(in);
        JobStream.readBlobs(
                in,
                (digest, size, content) -> blobs.add(digest + " " + size + " " + text(content)));

        // Then
        assertThat(job).isEqualTo(Examples.JOB);
        assertThat(blobs).containsExactly(Examples.DIGEST + " 7 content");
    }

    @Test
    void readsAResultOverHeartbeats() throws IOException {
        // Given
        var received = new Received();

        // When
        var result = ResultStream.read(reader(resultStream()), 2, received);

        // Then
        assertThat(result).isEqualTo(new RunJobResult.Complete(0, 99, 7));
        assertThat(received.events).containsExactly("stdio out err", "output 1 true 6 object");
    }

    @Test
    void everyCutIsNoticed() throws IOException {
        byte[] whole = resultStream();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> ResultStream.read(reader(cut), 2, new Received()))
                    .as("cut to %d bytes", cut.length)
                    .isInstanceOf(WireException.class)
                    .hasMessageStartingWith("peer sent");
        }
    }

    @Test
    void everyFlippedBitIsNoticed() throws IOException {
        byte[] whole = resultStream();
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> ResultStream.read(reader(damaged), 2, new Received()))
                    .as("bit %d flipped", bit)
                    .isInstanceOf(WireException.class);
        }
    }

    @Test
    void refusesAnotherVersion() throws IOException {
        // Given
        byte[] stream = jobStream();
        stream[HEAD_BYTES - 1] = 9;

        // Then
        assertThatThrownBy(() -> reader(stream))
                .hasMessage(
                        "peer speaks protocol version '9', expected 1; install the same release of cachepot on both sides");
    }

    @Test
    void refusesAHugeHead() throws IOException {
        // Given
        var bytes = new ByteArrayOutputStream();
        new PartStreamWriter(bytes);
        bytes.write(PartType.HEAD.code());
        bytes.write(new byte[] {0x7f, 0, 0, 0, 0, 0, 0, 0});

        // Then
        assertThatThrownBy(() -> JobStream.readHead(reader(bytes.toByteArray())))
                .hasMessageContaining("expected at most " + Json.BYTES_MAX);
    }

    @Test
    void refusesAnOutputThatNobodyAskedFor() throws IOException {
        assertThatThrownBy(() -> ResultStream.read(reader(resultStream()), 1, new Received()))
                .hasMessageContaining("index 1, expected below 1");
    }

    @Test
    void noiseIsRefusedAndNeverAnotherException() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
        for (int round = 0; round < 5_000; round++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            if (random.nextBoolean() && noise.length > HEAD_BYTES) {
                System.arraycopy(new byte[] {'C', 'P', 'O', 'T', 1}, 0, noise, 0, HEAD_BYTES);
            }
            assertThatThrownBy(() -> ResultStream.read(reader(noise), 2, new Received()))
                    .as("seed %d, noise %s", seed, HexFormat.of().formatHex(noise))
                    .isInstanceOf(WireException.class);
        }
    }

    @Test
    void contentThatEndsEarlyMakesTheStreamVoid() throws IOException {
        // Given
        var out = new PartStreamWriter(new ByteArrayOutputStream());

        // Then
        assertThatThrownBy(() ->
                        JobStream.writeBlob(
                                out, Examples.DIGEST, new ByteArrayInputStream(new byte[3]), 4))
                .hasMessage("content ended 1 bytes early");
    }

    private static byte[] jobStream() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new PartStreamWriter(bytes);
        JobStream.writeHead(out, Examples.JOB);
        byte[] content = "content".getBytes(UTF_8);
        JobStream.writeBlob(
                out, Digest.of(content), new ByteArrayInputStream(content), content.length);
        out.end();
        return bytes.toByteArray();
    }

    private static byte[] resultStream() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new PartStreamWriter(bytes);
        out.part(PartType.HEARTBEAT, new byte[0]);
        ResultStream.writeHead(out, new RunJobResult.Complete(0, 99, 7));
        ResultStream.writeStdio(out, Bytes.utf8("out"), Bytes.utf8("err"));
        byte[] object = "object".getBytes(UTF_8);
        ResultStream.writeOutput(out, 1, true, new ByteArrayInputStream(object), object.length);
        out.end();
        return bytes.toByteArray();
    }

    private static PartStreamReader reader(byte[] bytes) throws IOException {
        return new PartStreamReader(new ByteArrayInputStream(bytes), "peer");
    }

    private static String text(InputStream content) throws IOException {
        return new String(content.readAllBytes(), UTF_8);
    }

    private static final class Received implements ResultStream.Receiver {
        private final List<String> events = new ArrayList<>();

        @Override
        public void stdio(Bytes stdout, Bytes stderr) {
            events.add("stdio " + stdout.toUtf8() + " " + stderr.toUtf8());
        }

        @Override
        public void output(int index, boolean isExecutable, long size, InputStream content)
                throws IOException {
            events.add("output " + index + " " + isExecutable + " " + size + " " + text(content));
        }
    }
}
