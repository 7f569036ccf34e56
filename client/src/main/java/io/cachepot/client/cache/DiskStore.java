package io.cachepot.client.cache;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files by digest in one directory, at most so many bytes, least recently used out first.
 *
 * <pre>
 * DIR/v1/results/ab/abcd...    one file an entry, its modification time is that of its last use
 * DIR/v1/manifests/ab/abcd...
 * DIR/v1/tmp/                  entries being written; renamed when whole
 * </pre>
 *
 * <p>Several processes may share a directory: every step tolerates that a file is gone. The size is
 * counted once after start and kept up to date by our own writes; eviction counts again.
 */
public final class DiskStore {
    private static final System.Logger LOG = System.getLogger(DiskStore.class.getName());

    /** Eviction goes on to this share of the limit, so that it is rare. */
    private static final double EVICTED_TO = 0.9;

    private static final long TEMPORARY_SECONDS_MAX = 3600;

    private final Path directory;
    private final long bytesMax;
    private final InstantSource clock;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean isEvicting = new AtomicBoolean();
    private final AtomicLong serial = new AtomicLong();

    public DiskStore(Path directory, long bytesMax, InstantSource clock) {
        this.directory = directory.resolve("v1");
        this.bytesMax = bytesMax;
        this.clock = clock;
    }

    /** What an entry is. */
    public enum Kind {
        RESULT("results"),
        MANIFEST("manifests");

        private final String folder;

        Kind(String folder) {
            this.folder = folder;
        }
    }

    /**
     * Makes the directories and counts what is there. Slow on a large cache: call it off the hot
     * path.
     */
    public void start() throws IOException {
        Files.createDirectories(temporary());
        dropStaleTemporaries();
        bytes.set(entries().stream().mapToLong(Entry::size).sum());
    }

    private Path temporary() {
        return directory.resolve("tmp");
    }

    private Path file(Kind kind, Digest key) {
        String hex = key.hex();
        return directory.resolve(kind.folder).resolve(hex.substring(0, 2)).resolve(hex);
    }

    /**
     * Opens an entry and marks it as used.
     *
     * @return empty when there is none
     */
    public Optional<InputStream> open(Kind kind, Digest key) throws IOException {
        Path file = file(kind, key);
        try {
            InputStream in = Files.newInputStream(file);
            touch(file);
            return Optional.of(in);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
        } catch (IOException e) {
            LOG.log(DEBUG, "use of a cache entry not noted: file={0} reason={1}", file, e);
        }
    }

    /** Writes content. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Stores an entry, whole or not at all; replaces one of the same key. */
    public void put(Kind kind, Digest key, Content content) throws IOException {
        Path temporary = newTemporary();
        Path file = file(kind, key);
        long size;
        try {
            try (var out =
                    Files.newOutputStream(
                            temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(out);
            }
            size = Files.size(temporary);
            move(temporary, file);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        if (bytes.addAndGet(size) > bytesMax) {
            evictSoon();
        }
    }

    private static void move(Path temporary, Path file) throws IOException {
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException _) {
            Files.createDirectories(file.getParent());
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /**
     * A name in the store's own directory for a file that will be moved or deleted soon. Nothing is
     * created.
     */
    public Path newTemporary() throws IOException {
        Path folder = temporary();
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
        return folder.resolve(ProcessHandle.current().pid() + "-" + serial.incrementAndGet());
    }

    /** Removes an entry that turned out to be broken. */
    public void drop(Kind kind, Digest key) throws IOException {
        Path file = file(kind, key);
        try {
            long size = Files.size(file);
            if (Files.deleteIfExists(file)) {
                bytes.addAndGet(-size);
            }
        } catch (NoSuchFileException _) {
            // Somebody else dropped it.
        }
    }

    /** Bytes of all entries, about. */
    public long bytes() {
        return Math.max(0, bytes.get());
    }

    public long bytesMax() {
        return bytesMax;
    }

    /** Removes every entry. */
    public void clear() throws IOException {
        for (Entry entry : entries()) {
            Files.deleteIfExists(entry.file());
        }
        bytes.set(0);
    }

    private void evictSoon() {
        if (isEvicting.compareAndSet(false, true)) {
            Thread.ofVirtual().name("cache-eviction").start(this::evict);
        }
    }

    private void evict() {
        try {
            List<Entry> entries = entries();
            long total = entries.stream().mapToLong(Entry::size).sum();
            entries.sort(Comparator.comparing(Entry::usedAt));
            for (Entry entry : entries) {
                if (total <= bytesMax * EVICTED_TO) {
                    break;
                }
                Files.deleteIfExists(entry.file());
                total -= entry.size();
            }
            bytes.set(total);
        } catch (IOException e) {
            LOG.log(WARNING, "cache not evicted: directory={0} reason={1}", directory, e);
        } finally {
            isEvicting.set(false);
        }
    }

    private record Entry(Path file, long size, FileTime usedAt) {}

    private List<Entry> entries() throws IOException {
        var entries = new ArrayList<Entry>();
        for (Kind kind : Kind.values()) {
            Path folder = directory.resolve(kind.folder);
            if (Files.isDirectory(folder)) {
                Files.walkFileTree(folder, new Collector(entries));
            }
        }
        return entries;
    }

    private static final class Collector extends SimpleFileVisitor<Path> {
        private final List<Entry> entries;

        Collector(List<Entry> entries) {
            this.entries = entries;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            entries.add(new Entry(file, attributes.size(), attributes.lastModifiedTime()));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }
    }

    /** What a killed process left. */
    private void dropStaleTemporaries() throws IOException {
        var oldest = FileTime.from(clock.instant().minusSeconds(TEMPORARY_SECONDS_MAX));
        try (var files = Files.newDirectoryStream(temporary())) {
            for (Path file : files) {
                try {
                    if (Files.getLastModifiedTime(file).compareTo(oldest) < 0) {
                        Files.deleteIfExists(file);
                    }
                } catch (NoSuchFileException _) {
                    // Its owner finished in the meantime.
                }
            }
        }
    }
}
