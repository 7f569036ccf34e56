package io.cachepot.client.cache;

import io.cachepot.client.cache.DiskStore.Kind;
import io.cachepot.client.cache.ResultEntry.Output;
import io.cachepot.config.DiskCache;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.wire.ResultStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Measures the disk cache alone, in this process: {@code open DIR ENTRIES}, or {@code hit DIR ROUNDS
 * OBJECT...}. Run by store.sh; in the package of what it measures, for it turns compression off.
 */
public final class StoreBench {
    private static final long UNLIMITED = 1L << 40;

    private StoreBench() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[1]).toAbsolutePath();
        int number = Integer.parseInt(arguments[2]);
        if (arguments[0].equals("open")) {
            open(directory, number);
        } else {
            System.out.printf(
                    "%-20s %9s | %9s %7s | %9s %7s %7s%n",
                    "object", "bytes", "raw: disk", "hit", "zstd: disk", "hit", "store");
            for (String object : Arrays.asList(arguments).subList(3, arguments.length)) {
                hit(directory, number, Path.of(object));
            }
        }
    }

    private static DiskStore store(Path directory, long bytesMax) {
        return new DiskStore(new DiskCache(directory, bytesMax, 0), InstantSource.system());
    }

    private static void open(Path directory, int entries) throws IOException {
        var random = new Random(1);
        try (var store = store(directory, UNLIMITED)) {
            store.start();
            long start = System.nanoTime();
            for (int i = 0; i < entries; i++) {
                byte[] content = new byte[1 + random.nextInt(12_000)];
                put(store, i, content);
            }
            say("put " + entries + " entries", start);
            System.out.printf("in use: %d MiB%n", store.bytes() >> 20);
        }
        opened("start", directory, entries);
        opened("start", directory, entries + 1);
        Files.delete(directory.resolve("v2/usage"));
        opened("start without usage", directory, entries + 2);
        long bytes;
        try (var store = store(directory, UNLIMITED)) {
            store.start();
            bytes = store.bytes();
        }
        try (var store = store(directory, bytes)) {
            store.start();
            store.bytes();
            long start = System.nanoTime();
            put(store, -1, new byte[20_000]);
            say("put that begins an eviction", start);
            while (store.bytes() > bytes * 0.91) {
                Thread.onSpinWait();
            }
            say("evict a tenth", start);
        }
    }

    private static void opened(String what, Path directory, int key) throws IOException {
        long start = System.nanoTime();
        try (var store = store(directory, UNLIMITED)) {
            store.start();
            say(what, start);
            long first = System.nanoTime();
            put(store, key, new byte[5_000]);
            say("  first entry stored", first);
            long waited = System.nanoTime();
            long bytes = store.bytes();
            say("  until " + (bytes >> 20) + " MiB are known", waited);
        }
    }

    private static void put(DiskStore store, int key, byte[] content) throws IOException {
        store.put(Kind.RESULT, digest(key), out -> out.write(content));
    }

    private static Digest digest(int key) {
        return Digest.of(Bytes.utf8("entry " + key));
    }

    private static void say(String what, long startNanos) {
        System.out.printf("%-32s %10.2f ms%n", what, (System.nanoTime() - startNanos) / 1e6);
    }

    private static void hit(Path directory, int rounds, Path object) throws IOException {
        var content = Bytes.of(Files.readAllBytes(object));
        Path target = directory.resolve("target.o");
        Files.createDirectories(directory);
        try (var store = store(directory.resolve("store"), UNLIMITED)) {
            store.start();
            put(store, content, false);
            put(store, content, true);
            double[][] micros = new double[3][rounds];
            for (int i = 0; i < rounds; i++) {
                micros[0][i] = micros(() -> deliver(store, 0, target));
                micros[1][i] = micros(() -> deliver(store, 1, target));
            }
            // Apart, for the disk is busy with it afterwards.
            for (int i = 0; i < rounds; i++) {
                micros[2][i] = micros(() -> put(store, content, true));
            }
            System.out.printf(
                    "%-20s %9d | %9d %7.0f | %9d %7.0f %7.0f%n",
                    object.getFileName(),
                    content.size(),
                    size(store, 0),
                    median(micros[0]),
                    size(store, 1),
                    median(micros[1]),
                    median(micros[2]));
        }
    }

    private static void put(DiskStore store, Bytes content, boolean isCompressed)
            throws IOException {
        store.put(
                Kind.RESULT,
                digest(isCompressed ? 1 : 0),
                out ->
                        ResultEntry.write(
                                out,
                                Bytes.EMPTY,
                                Bytes.EMPTY,
                                List.of(new Output(0, false, content)),
                                () -> isCompressed));
    }

    private static void deliver(DiskStore store, int key, Path target) throws IOException {
        try (InputStream stored = store.open(Kind.RESULT, digest(key)).orElseThrow();
                var outputs = new OutputFiles(022)) {
            ResultEntry.read(
                    stored,
                    1,
                    new ResultStream.Receiver() {
                        @Override
                        public void stdio(Bytes stdout, Bytes stderr) {}

                        @Override
                        public void output(
                                int index, boolean isExecutable, long bytes, InputStream content)
                                throws IOException {
                            outputs.add(new Target(target, true), isExecutable, content);
                        }
                    });
            outputs.commit();
        }
    }

    /** Disk blocks of an entry. */
    private static long size(DiskStore store, int key) throws IOException {
        long before = store.bytes();
        store.drop(Kind.RESULT, digest(key));
        return before - store.bytes();
    }

    private interface Step {
        void run() throws IOException;
    }

    private static double micros(Step step) throws IOException {
        long start = System.nanoTime();
        step.run();
        return (System.nanoTime() - start) / 1e3;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
