package io.cachepot.client.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.client.cache.DiskStore.Kind;
import io.cachepot.client.cache.ResultEntry.Output;
import io.cachepot.client.include.Inputs;
import io.cachepot.client.include.Inputs.Absence;
import io.cachepot.client.include.Inputs.InputFile;
import io.cachepot.client.include.Inputs.Variable;
import io.cachepot.client.key.Manifest;
import io.cachepot.config.DiskCache;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.wire.ResultStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entries of any shape come back as they were; damaged and hostile ones are told, and no more. */
class EntryFuzzTest {
    private static final int OUTPUTS_MAX = 4;
    private static final int SIZE_MAX = 600_000;
    private static final Digest KEY = Digest.of(Bytes.utf8("key"));

    @TempDir Path directory;
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    private record Result(Bytes stdout, Bytes stderr, List<Output> outputs) {}

    @Test
    void resultsComeBackAsTheyWere() throws IOException {
        for (int i = 0; i < 200; i++) {
            Result result = result();
            assertThat(read(written(result))).as("seed %d round %d", seed, i).isEqualTo(result);
        }
    }

    @Test
    void whatWasNeverWrittenIsDamagedAndNothingElse() throws IOException {
        for (int i = 0; i < 3_000; i++) {
            byte[] hostile = mutated(written(smallResult()));
            try {
                read(hostile);
            } catch (DamagedEntryException e) {
                assertThat(e).as("seed %d round %d", seed, i).hasMessageMatching(".+");
            }
        }
    }

    @Test
    void manifestsComeBackAsTheyWere() throws IOException {
        for (int i = 0; i < 200; i++) {
            Manifest manifest = manifest();
            var written = new ByteArrayOutputStream();
            ManifestEntry.write(written, manifest);
            assertThat(ManifestEntry.read(new ByteArrayInputStream(written.toByteArray())))
                    .as("seed %d round %d", seed, i)
                    .isEqualTo(manifest);
        }
    }

    @Test
    void aManifestThatWasNeverWrittenIsDamagedAndNothingElse() throws IOException {
        for (int i = 0; i < 3_000; i++) {
            var written = new ByteArrayOutputStream();
            ManifestEntry.write(written, manifest());
            byte[] hostile = mutated(written.toByteArray());
            try {
                ManifestEntry.read(new ByteArrayInputStream(hostile));
            } catch (DamagedEntryException e) {
                assertThat(e).as("seed %d round %d", seed, i).hasMessageMatching(".+");
            }
        }
    }

    @Test
    void everyFlipAndEveryCutOfAFileIsFound() throws IOException {
        try (var store =
                new DiskStore(new DiskCache(directory, 1L << 30, 0), InstantSource.system())) {
            store.start();
            for (int i = 0; i < 300; i++) {
                byte[] content = bytes(random.nextInt(i % 50 == 0 ? 2 << 20 : 3_000));
                store.put(Kind.RESULT, KEY, out -> out.write(content));
                Path file = onlyEntry();
                byte[] stored = Files.readAllBytes(file);
                Files.write(file, damaged(stored));
                assertThatThrownBy(() -> store.open(Kind.RESULT, KEY))
                        .as("seed %d round %d", seed, i)
                        .isInstanceOf(DamagedEntryException.class);
                assertThat(file).doesNotExist();
            }
        }
    }

    @Test
    void aBombIsNoMoreThanItSaysAndItMayNotSayMuch() throws IOException {
        // Given: a chunk that holds more than its place in the entry
        byte[] zeros = new byte[ZstdBody.CHUNK_BYTES];
        byte[] frame;
        try (var writer = new ZstdBody.Writer()) {
            frame = writer.compress(zeros, zeros.length);
        }

        // Then
        assertThatThrownBy(() -> read(entry(20_000, frame)))
                .isInstanceOf(DamagedEntryException.class)
                .hasMessageContaining("zstd");
        assertThatThrownBy(() -> read(entry(Integer.MAX_VALUE, frame)))
                .isInstanceOf(DamagedEntryException.class)
                .hasMessageContaining("expected at most 268435456");
        assertThatThrownBy(() -> read(entry(ZstdBody.CHUNK_BYTES + 1, frame)))
                .isInstanceOf(DamagedEntryException.class)
                .hasMessage("result ends early");
    }

    /** One output of {@code size} bytes, told to be in {@code frame}. */
    private static byte[] entry(int size, byte[] frame) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeBytes("CPR1");
        out.writeByte(1);
        out.writeInt(0);
        out.writeInt(0);
        out.writeShort(1);
        out.writeShort(0);
        out.writeByte(0);
        out.writeInt(size);
        out.writeInt(frame.length);
        out.write(frame);
        return bytes.toByteArray();
    }

    private Path onlyEntry() throws IOException {
        try (var files = Files.walk(directory.resolve("v2/results"))) {
            return files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
    }

    /** One bit turned, or the end gone, or something more at the end. */
    private byte[] damaged(byte[] stored) {
        return switch (random.nextInt(3)) {
            case 0 -> Arrays.copyOf(stored, random.nextInt(stored.length));
            case 1 -> Arrays.copyOf(stored, stored.length + 1 + random.nextInt(100));
            default -> {
                byte[] flipped = stored.clone();
                flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
        };
    }

    private byte[] mutated(byte[] written) {
        byte[] mutated = damaged(written);
        for (int i = random.nextInt(4); i > 0 && mutated.length > 0; i--) {
            mutated[random.nextInt(Math.min(mutated.length, 60))] = (byte) random.nextInt();
        }
        return mutated;
    }

    private Result result() {
        return result(random.nextInt(5) == 0 ? SIZE_MAX : 40_000);
    }

    private Result smallResult() {
        return result(random.nextInt(10) == 0 ? 20_000 : 100);
    }

    private Result result(int sizeMax) {
        var outputs = new ArrayList<Output>();
        for (int i = 0; i < OUTPUTS_MAX; i++) {
            if (random.nextBoolean()) {
                outputs.add(new Output(i, random.nextBoolean(), Bytes.of(bytes(size(sizeMax)))));
            }
        }
        return new Result(Bytes.of(bytes(size(1_000))), Bytes.of(bytes(size(sizeMax))), outputs);
    }

    private int size(int max) {
        return random.nextInt(4) == 0 ? 0 : random.nextInt(max);
    }

    /** Some of it compresses. */
    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        if (random.nextBoolean()) {
            for (int i = 0; i < size; i++) {
                bytes[i] &= 3;
            }
        }
        return bytes;
    }

    private Manifest manifest() {
        var entries = new ArrayList<Manifest.Entry>();
        for (int i = random.nextInt(5); i > 0; i--) {
            var files = new ArrayList<InputFile>();
            for (int f = random.nextInt(20); f > 0; f--) {
                files.add(
                        new InputFile(
                                path(), digest(), random.nextBoolean() ? 0 : random.nextLong()));
            }
            var absences = new ArrayList<Absence>();
            for (int a = random.nextInt(5); a > 0; a--) {
                absences.add(new Absence(path(), paths()));
            }
            entries.add(
                    new Manifest.Entry(
                            new Inputs(files, absences, paths(), paths(), variables()),
                            random.nextBoolean(),
                            digest()));
        }
        return new Manifest(entries);
    }

    private List<Variable> variables() {
        var variables = new ArrayList<Variable>();
        for (int i = random.nextInt(5); i > 0; i--) {
            variables.add(
                    new Variable(
                            path(), random.nextBoolean() ? Optional.empty() : Optional.of(path())));
        }
        return variables;
    }

    private List<String> paths() {
        var paths = new ArrayList<String>();
        for (int i = random.nextInt(5); i > 0; i--) {
            paths.add(path());
        }
        return paths;
    }

    private String path() {
        return List.of("/usr/include/", "", "/home/é/", "/usr/inc").get(random.nextInt(4))
                + "x".repeat(random.nextInt(3) == 0 ? random.nextInt(300) : 1)
                + random.nextInt(30);
    }

    private Digest digest() {
        return new Digest(random.nextInt(50), 2, 3, random.nextLong());
    }

    private static byte[] written(Result result) throws IOException {
        var out = new ByteArrayOutputStream();
        ResultEntry.write(out, result.stdout(), result.stderr(), result.outputs());
        return out.toByteArray();
    }

    private static Result read(byte[] entry) throws IOException {
        var outputs = new ArrayList<Output>();
        var stdio = new ArrayList<Bytes>();
        ResultEntry.read(
                new ByteArrayInputStream(entry),
                OUTPUTS_MAX,
                new ResultStream.Receiver() {
                    @Override
                    public void stdio(Bytes stdout, Bytes stderr) {
                        stdio.addAll(List.of(stdout, stderr));
                    }

                    @Override
                    public void output(
                            int index, boolean isExecutable, long sizeBytes, InputStream content)
                            throws IOException {
                        byte[] bytes = content.readAllBytes();
                        assertThat(bytes).hasSize((int) sizeBytes);
                        outputs.add(new Output(index, isExecutable, Bytes.of(bytes)));
                    }
                });
        return new Result(stdio.get(0), stdio.get(1), outputs);
    }
}
