package io.cachepot.config.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.cachepot.config.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever bytes a file holds, there are settings or one line that says why not. */
class ConfigFuzzTest {
    private static final int ROUNDS = 150;
    private static final List<String> PIECES =
            List.of(
                    "[",
                    "]",
                    "[[",
                    "]]",
                    "{",
                    "}",
                    "=",
                    ",",
                    ":",
                    ".",
                    "\n",
                    "\"",
                    "'",
                    "'''",
                    "\"\"\"",
                    "\\",
                    "\\u0000",
                    "#",
                    "0x",
                    "1e999",
                    "-",
                    "9".repeat(30),
                    "nan",
                    "true",
                    "null",
                    "[dist]\n",
                    "[cache.disk]\n",
                    "dist.auth.type = 'token'\n",
                    "\uFEFF",
                    "\u0000",
                    "\u2028",
                    "1979-05-27T07:32:00Z",
                    "basedirs",
                    "type");

    @TempDir private Path directory;

    @Test
    void anyBytesAreSettingsOrAMistake() throws IOException {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        byte[][] seeds = {
            Files.readAllBytes(Path.of("examples/client.conf")),
            Files.readAllBytes(Path.of("examples/worker.conf")),
            Files.readAllBytes(Path.of("src/test/resources/client.json")),
            Files.readAllBytes(Path.of("src/test/resources/scheduler.json"))
        };
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = mutated(random, seeds[random.nextInt(seeds.length)]);
            for (var name : List.of("config", "config.json")) {
                check(seed, Files.write(directory.resolve(name), bytes));
            }
        }
    }

    private static byte[] mutated(RandomGenerator random, byte[] original) {
        if (random.nextInt(4) == 0) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            return noise;
        }
        var text = new StringBuilder(new String(original, StandardCharsets.UTF_8));
        for (int i = random.nextInt(6); i >= 0 && !text.isEmpty(); i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.setLength(at);
                case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> text.delete(at, Math.min(text.length(), at + random.nextInt(30)));
                default -> text.setCharAt(at, (char) random.nextInt(0x250));
            }
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void check(long seed, Path file) throws IOException {
        for (Runnable load :
                List.<Runnable>of(
                        () -> Sources.client(file, Map.of()).client(),
                        () -> Sources.loader().scheduler(file),
                        () -> Sources.loader().worker(file))) {
            try {
                load.run();
            } catch (ConfigException e) {
                assertThat(e.getMessage())
                        .as("seed %d", seed)
                        .startsWith(file.toString())
                        .doesNotContainPattern("[\\n\\r\\x00-\\x1f]");
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed " + seed + ", file:\n" + Files.readString(file), e);
            }
        }
    }

    @Test
    void nestingWithoutEndIsAMistake() throws IOException {
        long seed = 0;
        check(seed, Files.writeString(directory.resolve("config"), "a = " + "[".repeat(100_000)));
        check(seed, Files.writeString(directory.resolve("config.json"), "[".repeat(100_000)));
        check(seed, Files.writeString(directory.resolve("config.json"), "{\"a\":".repeat(100_000)));
        check(seed, Files.writeString(directory.resolve("config"), "a.".repeat(100_000) + "b = 1"));
        check(
                seed,
                Files.writeString(directory.resolve("config"), "[" + "a.".repeat(9_000) + "b]"));
    }
}
