package io.cachepot.client.cache;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.config.DiskCache;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Entries by digest in one directory, at most so many bytes and files, least recently used out
 * first.
 *
 * <pre>
 * DIR/v2/results/ab/abcd...    one file an entry, its modification time is about that of its last use
 * DIR/v2/manifests/ab/abcd...
 * DIR/v2/tmp/                  entries being written; renamed when whole
 * DIR/v2/usage                 bytes and files of all, shared by those who write here
 * DIR/v2/*.lock                taken for a moment, or for a count; empty
 * </pre>
 *
 * <p>Several processes, also on several hosts, may share a directory: an entry comes by rename and
 * goes by unlink, so a reader has it whole or not at all, and every step tolerates that a file is
 * gone. A process may be killed at any point: what it was writing stays in {@code tmp} for an hour.
 * Nothing is synced to the disk: after a power failure some entries are damaged, and found to be.
 */
public final class DiskStore implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DiskStore.class.getName());
    private static final String VERSION = "v2";

    /** A use is noted on disk so often at most: it costs as much as reading a small entry. */
    private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(5);

    private static final long COUNT_WAIT_MILLIS_MAX = 2_000;

    private final StoreFiles files;
    private final Limits limits;
    private final InstantSource clock;
    private final UsageCounter usage;
    private final Upkeep upkeep;

    public DiskStore(DiskCache settings, InstantSource clock) {
        this.clock = clock;
        files = new StoreFiles(settings.dir().resolve(VERSION));
        limits = new Limits(settings.bytesMax(), settings.filesMax());
        usage = new UsageCounter(files, limits, clock);
        upkeep = new Upkeep(files, usage, limits, clock);
    }

    /** What an entry is. */
    public enum Kind {
        RESULT(0, "results"),
        MANIFEST(1, "manifests");

        private final int number;
        private final String folder;

        Kind(int number, String folder) {
            this.number = number;
            this.folder = folder;
        }

        /** In every entry's digest. */
        int number() {
            return number;
        }

        String folder() {
            return folder;
        }
    }

    /**
     * Makes the directory if it is not there. Whatever takes long is done in the background.
     *
     * @throws IOException when the directory can not be used; everything else may still be called,
     *     and works once it can
     */
    public void start() throws IOException {
        files.prepare();
        usage.load();
        upkeep.startSoon();
    }

    /**
     * Opens an entry that is whole, and notes that it was used.
     *
     * @return empty when there is none
     * @throws DamagedEntryException when it is not what was stored; it was dropped
     */
    public Optional<InputStream> open(Kind kind, Digest key) throws IOException {
        Path file = files.entry(kind, key);
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new DamagedEntryException("is no file");
            }
            InputStream content = EntryFile.open(file, attributes.size(), kind, key);
            noteUse(file, attributes.lastModifiedTime());
            return Optional.of(content);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (DamagedEntryException | AccessDeniedException e) {
            drop(kind, key);
            throw e;
        }
    }

    /** Notes that an entry is of use without reading it. */
    public void touch(Kind kind, Digest key) {
        Path file = files.entry(kind, key);
        try {
            noteUse(file, Files.getLastModifiedTime(file));
        } catch (IOException e) {
            LOG.log(DEBUG, "use of a cache entry not noted: file={0} reason={1}", file, e);
        }
    }

    private void noteUse(Path file, FileTime noted) {
        long ageMillis = clock.millis() - noted.toMillis();
        if (Math.abs(ageMillis) < USE_NOTED_EVERY.toMillis()) {
            return;
        }
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
        Path temporary = files.newTemporary();
        Path file = files.entry(kind, key);
        try {
            long size = EntryFile.write(temporary, kind, key, content);
            Usage replaced = usageOf(file);
            files.place(temporary, file);
            usage.add(Usage.ofFile(size).minus(replaced), StoreFiles.number(kind, key));
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        if (usage.isShareDue()) {
            usage.share();
        }
        if (usage.isCountDue() || limits.areExceededBy(usage.total())) {
            upkeep.countSoon();
        }
    }

    /** What can not be seen is not counted. */
    private static Usage usageOf(Path file) {
        try {
            var attributes =
                    Files.readAttributes(
                            file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile() ? Usage.ofFile(attributes.size()) : Usage.NONE;
        } catch (IOException _) {
            return Usage.NONE;
        }
    }

    /** A name for a file that will be moved or deleted within the hour. Nothing is created. */
    public Path newTemporary() throws IOException {
        return files.newTemporary();
    }

    /** Removes an entry that turned out to be of no use. */
    public void drop(Kind kind, Digest key) throws IOException {
        Path file = files.entry(kind, key);
        Usage gone = usageOf(file);
        files.discard(file);
        usage.add(Usage.NONE.minus(gone), StoreFiles.number(kind, key));
    }

    /** What all entries take, in disk blocks. May wait for a count that is under way. */
    public long bytes() {
        try {
            upkeep.await(COUNT_WAIT_MILLIS_MAX);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        usage.share();
        return usage.total().bytes();
    }

    public long bytesMax() {
        return limits.bytesMax();
    }

    /**
     * Removes every entry. Who looks for one meanwhile misses; what is stored meanwhile may stay.
     */
    public void clear() throws IOException {
        for (Kind kind : Kind.values()) {
            files.discard(kind);
        }
        usage.cleared();
    }

    /** Tells the other processes what was stored here. */
    @Override
    public void close() {
        upkeep.close();
        try {
            upkeep.await(COUNT_WAIT_MILLIS_MAX);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        usage.share();
    }
}
