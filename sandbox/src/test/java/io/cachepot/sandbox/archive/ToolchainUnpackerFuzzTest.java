package io.cachepot.sandbox.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Any bytes get an answer: an unpacked tree in its own directory, or a refusal and no trace. */
class ToolchainUnpackerFuzzTest {
    private static final int ROUNDS = 1000;
    private static final String[] NAMES = {
        "a", "b", "a/b", "a/b/c", "../x", "/a", "./b", "a/..", "b/", "a//c", "..", ".", "/", "l/x"
    };
    private static final Compression[] COMPRESSIONS = Compression.values();

    private final ToolchainUnpacker unpacker =
            new ToolchainUnpacker(new ArchiveLimits(1 << 16, 50, 5, 20));

    @TempDir private Path base;

    @Test
    void randomBytesGetAnAnswer() throws IOException {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            var bytes = new byte[random.nextInt(2000)];
            random.nextBytes(bytes);
            head(random, bytes);
            check(bytes, "seed " + seed + " round " + round);
        }
    }

    /** Half of them begin like an archive. */
    private static void head(RandomGenerator random, byte[] bytes) {
        String[] magics = {"1f8b08", "fd377a585a00", "28b52ffd", "425a6839"};
        byte[] magic = HexFormat.of().parseHex(magics[random.nextInt(magics.length)]);
        if (random.nextBoolean() && bytes.length >= magic.length) {
            System.arraycopy(magic, 0, bytes, 0, magic.length);
        }
    }

    @Test
    void randomEntriesStayInside() throws IOException {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            check(entries(random).plain(), "seed " + seed + " round " + round);
        }
    }

    @Test
    void mutatedArchivesStayInside() throws IOException {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] plain = entries(random).plain();
            mutate(random, plain);
            var compression = COMPRESSIONS[random.nextInt(COMPRESSIONS.length)];
            byte[] archive = TarBuilder.compress(compression, plain);
            if (random.nextBoolean()) {
                mutate(random, archive);
            }
            check(archive, "seed " + seed + " round " + round);
        }
    }

    private static TarBuilder entries(RandomGenerator random) {
        var tar = new TarBuilder();
        for (int i = random.nextInt(8); i >= 0; i--) {
            String name = NAMES[random.nextInt(NAMES.length)];
            String other = NAMES[random.nextInt(NAMES.length)];
            switch (random.nextInt(6)) {
                case 0 -> tar.directory(name);
                case 1 -> tar.link(name, other);
                case 2 -> tar.link("l", "..");
                case 3 -> tar.hardLink(name, other);
                default -> tar.file(name, content(random, name));
            }
        }
        return tar;
    }

    /** The library writes none for a name that ends with a slash. */
    private static String content(RandomGenerator random, String name) {
        return name.endsWith("/") ? "" : "content".repeat(random.nextInt(200));
    }

    private static void mutate(RandomGenerator random, byte[] bytes) {
        for (int i = random.nextInt(6); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
    }

    private void check(byte[] archive, String what) throws IOException {
        Path target = base.resolve("in");
        try {
            unpacker.unpack(new ByteArrayInputStream(archive), target);
            assertThat(target).as(what).isDirectory();
            TestTrees.remove(target);
        } catch (ArchiveException e) {
            assertThat(e.getMessage()).as(what).isNotBlank();
            assertThat(target).as(what).doesNotExist();
        } catch (RuntimeException e) {
            throw new AssertionError(what, e);
        }
        try (var left = Files.list(base)) {
            assertThat(left).as(what).isEmpty();
        }
    }
}
