package io.cachepot.client.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cachepot.client.cache.DiskStore.Kind;
import io.cachepot.config.DiskCache;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A process that uses a store together with others, until it is killed or has done its share. */
final class StoreChild {
    static final int KEYS = 400;

    private StoreChild() {}

    /**
     * Starts one. It says {@code ready} on stdout when it has put one entry, and then what it found
     * wrong.
     */
    static Process start(Path directory, long bytesMax, long seed, int operations)
            throws IOException {
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path", ""));
        return new ProcessBuilder(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-ea",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx64m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                classPath,
                                StoreChild.class.getName(),
                                directory.toString(),
                                Long.toString(bytesMax),
                                Long.toString(seed),
                                Integer.toString(operations)))
                .redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Bytes that a key alone determines, 0 to 60 000 of them. */
    static byte[] content(int key) {
        var random = new Random(key);
        byte[] content = new byte[random.nextInt(key % 10 == 0 ? 60_000 : 6_000)];
        random.nextBytes(content);
        return content;
    }

    static Digest digest(int key) {
        return Digest.of(Bytes.utf8("key " + key));
    }

    static Kind kind(int key) {
        return key % 2 == 0 ? Kind.RESULT : Kind.MANIFEST;
    }

    static void put(DiskStore store, int key) throws IOException {
        byte[] content = content(key);
        store.put(kind(key), digest(key), out -> slowly(out, content));
    }

    private static void slowly(OutputStream out, byte[] content) throws IOException {
        for (int i = 0; i < content.length; i += 1_000) {
            out.write(content, i, Math.min(1_000, content.length - i));
            out.flush();
        }
    }

    /**
     * Whether an entry is there.
     *
     * @throws IllegalStateException when it has a content that was never put
     */
    static boolean isThere(DiskStore store, int key) throws IOException {
        var opened = store.open(kind(key), digest(key));
        if (opened.isEmpty()) {
            return false;
        }
        try (var in = opened.get()) {
            if (!Arrays.equals(in.readAllBytes(), content(key))) {
                throw new IllegalStateException("key " + key + " has another's content");
            }
        }
        return true;
    }

    public static void main(String[] arguments) throws IOException {
        var random = new Random(Long.parseLong(arguments[2]));
        int operations = Integer.parseInt(arguments[3]);
        var settings = new DiskCache(Path.of(arguments[0]), Long.parseLong(arguments[1]), 0);
        try (var store = new DiskStore(settings, InstantSource.system())) {
            store.start();
            put(store, 0);
            System.out.write("ready\n".getBytes(UTF_8));
            System.out.flush();
            for (int i = 0; i < operations; i++) {
                Optional<String> problem = step(store, random);
                if (problem.isPresent()) {
                    System.out.write((problem.get() + "\n").getBytes(UTF_8));
                    System.out.flush();
                }
            }
        }
    }

    private static Optional<String> step(DiskStore store, Random random) {
        int key = random.nextInt(KEYS);
        try {
            switch (random.nextInt(40)) {
                case 0 -> store.drop(kind(key), digest(key));
                case 1 -> {
                    if (random.nextInt(20) == 0) {
                        store.clear();
                    }
                }
                case 2, 3, 4, 5, 6, 7, 8, 9, 10 -> put(store, key);
                default -> {
                    if (!isThere(store, key)) {
                        put(store, key);
                    }
                }
            }
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            return Optional.of("key " + key + ": " + e);
        }
    }
}
