package io.cachepot.client.stats;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.wire.Json;
import io.cachepot.protocol.wire.WireException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Counts on disk, in a directory that several coordinators may share.
 *
 * <pre>
 * DIR/NAME.json     what one coordinator counted; written by it alone, renamed when whole
 * DIR/total.json    the sum of those that were folded, and their names: such a file no longer counts
 * DIR/lock          held while one of these changes
 * </pre>
 *
 * <p>Each is JSON and behind it 32 bytes, its SHA-256. One that does not fit is dropped.
 */
final class TallyFiles {
    private static final System.Logger LOG = System.getLogger(TallyFiles.class.getName());
    private static final String SUFFIX = ".json";
    private static final String TEMPORARY = ".tmp";
    private static final String TOTAL = "total";
    private static final int BYTES_MAX = 16 << 20;
    private static final int LOCK_TRIES = 50;
    private static final Duration LOCK_PAUSE = Duration.ofMillis(10);

    /** What a killed process left. */
    private static final Duration TEMPORARY_AGE_MAX = Duration.ofHours(1);

    private final Path directory;

    TallyFiles(Path directory) {
        this.directory = directory;
    }

    /**
     * What is in a file.
     *
     * @param folded names of files that are in {@code tally} already
     */
    private record Content(Tally tally, Set<String> folded) {
        static final Content NOTHING = new Content(Tally.EMPTY, Set.of());

        Content {
            folded = Set.copyOf(folded);
        }
    }

    /**
     * All that is there.
     *
     * @param total of those that were folded
     * @param parts those that were not, by name
     */
    record Kept(Tally total, Set<String> folded, Map<String, Tally> parts) {
        Kept {
            folded = Set.copyOf(folded);
            parts = Map.copyOf(parts);
        }

        /** The sum without that of {@code name}. */
        Tally without(String name) {
            Tally sum = total;
            for (var part : parts.entrySet()) {
                if (!part.getKey().equals(name)) {
                    sum = sum.plus(part.getValue());
                }
            }
            return sum;
        }
    }

    Kept read() throws IOException {
        Content total = read(TOTAL).orElse(Content.NOTHING);
        var parts = new HashMap<String, Tally>();
        for (String name : names()) {
            if (!total.folded().contains(name)) {
                read(name).ifPresent(content -> parts.put(name, content.tally()));
            }
        }
        return new Kept(total.tally(), total.folded(), parts);
    }

    /** Of all files but the total. */
    private List<String> names() throws IOException {
        var names = new ArrayList<String>();
        if (!Files.isDirectory(directory)) {
            return names;
        }
        try (var files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                names.add(name.substring(0, name.length() - SUFFIX.length()));
            }
        }
        names.remove(TOTAL);
        return names;
    }

    private Path file(String name) {
        return directory.resolve(name + SUFFIX);
    }

    private Optional<Content> read(String name) throws IOException {
        Path file = file(name);
        byte[] stored;
        try (InputStream in = Files.newInputStream(file)) {
            stored = in.readNBytes(BYTES_MAX);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        try {
            return Optional.of(decode(stored));
        } catch (WireException e) {
            LOG.log(WARNING, "damaged statistics dropped: file={0} reason={1}", file, reason(e));
            Files.deleteIfExists(file);
            return Optional.empty();
        }
    }

    private static String reason(WireException e) {
        return String.valueOf(e.getMessage());
    }

    private static Content decode(byte[] stored) {
        int size = Math.max(0, stored.length - Digest.SIZE_BYTES);
        byte[] json = Arrays.copyOf(stored, size);
        byte[] digest = Arrays.copyOfRange(stored, size, stored.length);
        if (!Arrays.equals(digest, Digest.of(json).toByteArray())) {
            throw new WireException("its digest does not fit");
        }
        return Json.decode(json, Content.class);
    }

    private void write(String name, Content content) throws IOException {
        byte[] json = Json.encode(content);
        Path temporary = directory.resolve(name + TEMPORARY);
        try {
            try (var out =
                    Files.newOutputStream(
                            temporary,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                out.write(json);
                out.write(Digest.of(json).toByteArray());
            }
            Files.move(temporary, file(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    /** Replaces what is kept under {@code name}. */
    void write(String name, Tally tally) throws IOException {
        write(name, new Content(tally, Set.of()));
    }

    /** Whether what was written under {@code name} still counts as such. */
    boolean isThere(String name) throws IOException {
        return Files.exists(file(name))
                && !read(TOTAL).orElse(Content.NOTHING).folded().contains(name);
    }

    /**
     * Adds {@code name} and every file that did not change since {@code before} to the total. Their
     * owners, if they live, begin anew. A total that names a file which is still there was written
     * by a process that died before it could remove it.
     */
    void fold(Optional<String> name, Instant before) throws IOException {
        Kept kept = read();
        var folded = new HashSet<String>();
        Tally total = kept.total();
        for (var part : kept.parts().entrySet()) {
            String each = part.getKey();
            if (name.equals(Optional.of(each)) || isOlder(file(each), before)) {
                total = total.plus(part.getValue());
                folded.add(each);
            }
        }
        folded.addAll(kept.folded());
        folded.retainAll(Set.copyOf(names()));
        if (!folded.isEmpty()) {
            write(TOTAL, new Content(total, folded));
        }
        for (String each : folded) {
            Files.deleteIfExists(file(each));
        }
        removeTemporaries(before.minus(TEMPORARY_AGE_MAX));
    }

    private static boolean isOlder(Path file, Instant than) throws IOException {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(than);
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    private void removeTemporaries(Instant before) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var files = Files.newDirectoryStream(directory, "*" + TEMPORARY)) {
            for (Path file : files) {
                if (isOlder(file, before)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Forgets everything. */
    void clear() throws IOException {
        for (String name : names()) {
            Files.deleteIfExists(file(name));
        }
        Files.deleteIfExists(file(TOTAL));
    }

    /** Something that changes files. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    /**
     * Does {@code work} while no other coordinator changes files. Where locks do not work or
     * somebody holds one for half a second it is done all the same: at worst a few counts are lost.
     */
    void locked(Work work) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        try (var channel =
                FileChannel.open(
                        directory.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE)) {
            Optional<FileLock> lock = lock(channel);
            try {
                work.run();
            } finally {
                if (lock.isPresent()) {
                    lock.get().release();
                }
            }
        }
    }

    private static Optional<FileLock> lock(FileChannel channel) throws InterruptedException {
        for (int i = 0; i < LOCK_TRIES; i++) {
            try {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return Optional.of(lock);
                }
            } catch (OverlappingFileLockException _) {
                LOG.log(DEBUG, "statistics are locked by this process");
            } catch (IOException e) {
                LOG.log(DEBUG, "statistics can not be locked: {0}", e.toString());
                return Optional.empty();
            }
            Thread.sleep(LOCK_PAUSE);
        }
        return Optional.empty();
    }
}
