package io.cachepot.client.cache;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.client.cache.DiskStore.Kind;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The files of a {@link DiskStore}: names, and steps that tolerate that another process does the
 * same.
 */
final class StoreFiles {
    /** Folders of each kind, named by the first two digits of a key. */
    static final int SHARDS = 256;

    private static final System.Logger LOG = System.getLogger(StoreFiles.class.getName());

    /** A temporary file that nobody has written to for so long is what a killed process left. */
    private static final Duration TEMPORARY_AGE_MAX = Duration.ofHours(1);

    private static final int OWNER_BYTES = 16;
    private static final int OBSTACLES_MAX = 10;

    private final Path directory;

    /**
     * Begins the names of temporaries. Random, since process ids are the same on another host and
     * in another container.
     */
    private final String owner;

    private final AtomicLong serial = new AtomicLong();

    /**
     * @param directory of this version of the format
     */
    StoreFiles(Path directory) {
        this.directory = directory;
        byte[] random = new byte[OWNER_BYTES];
        new SecureRandom().nextBytes(random);
        owner = HexFormat.of().formatHex(random);
    }

    void prepare() throws IOException {
        Files.createDirectories(temporaries());
    }

    private Path temporaries() {
        return directory.resolve("tmp");
    }

    Path entry(Kind kind, Digest key) {
        String hex = key.hex();
        return folder(kind).resolve(hex.substring(0, 2)).resolve(hex);
    }

    /** Of a shard among those of all kinds. */
    static int number(Kind kind, int shard) {
        return kind.number() * SHARDS + shard;
    }

    static int number(Kind kind, Digest key) {
        return number(kind, key.toByteArray()[0] & 0xff);
    }

    private Path folder(Kind kind) {
        return directory.resolve(kind.folder());
    }

    /** Totals that processes share. */
    Path usage() {
        return directory.resolve("usage");
    }

    /** Locked by whoever writes {@link #usage()}. */
    Path usageLock() {
        return directory.resolve("usage.lock");
    }

    /** Locked by whoever counts and evicts. */
    Path upkeepLock() {
        return directory.resolve("upkeep.lock");
    }

    /** A name for a file that will be moved or deleted soon. Nothing is created. */
    Path newTemporary() throws IOException {
        Path folder = temporaries();
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
        return folder.resolve(owner + "-" + serial.incrementAndGet());
    }

    /** Renames {@code temporary} to {@code file}, whatever is there. */
    void place(Path temporary, Path file) throws IOException {
        for (int i = 0; ; i++) {
            try {
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
                return;
            } catch (FileSystemException e) {
                if (i == OBSTACLES_MAX || !(clearWay(file) || isWorthAnother(e, temporary))) {
                    throw e;
                }
            }
        }
    }

    /** The folder may have come back by the time that somebody looks, or go again. */
    private static boolean isWorthAnother(FileSystemException e, Path temporary) {
        return e instanceof NoSuchFileException && Files.exists(temporary);
    }

    /**
     * Makes the folder of {@code file}, and removes what can not be renamed over: a directory where
     * a file belongs, a file where the folder belongs.
     *
     * @return whether anything was done
     */
    private boolean clearWay(Path file) throws IOException {
        Path folder = file.resolveSibling("");
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            discard(file);
            return true;
        }
        if (Files.isDirectory(folder)) {
            return false;
        }
        try {
            if (Files.isRegularFile(folder, LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(folder);
            }
            Files.createDirectories(folder);
        } catch (NoSuchFileException _) {
            // Another process clears the cache.
        }
        return true;
    }

    /** Deletes a file or a whole directory; for whoever looks, it is gone at once. */
    void discard(Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(path);
            return;
        }
        Path away = newTemporary();
        try {
            Files.move(path, away, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException _) {
            return; // Somebody else was quicker.
        }
        deleteTree(away);
    }

    /** Moves all entries of a kind away and deletes them. */
    void discard(Kind kind) throws IOException {
        discard(folder(kind));
    }

    /** An entry may still arrive in a folder that was moved away under whoever writes it. */
    private static void deleteTree(Path tree) throws IOException {
        for (int i = 0; ; i++) {
            try {
                deleteTreeOnce(tree);
                return;
            } catch (DirectoryNotEmptyException e) {
                if (i == OBSTACLES_MAX) {
                    throw e;
                }
            } catch (NoSuchFileException _) {
                return; // Another process cleans up, too.
            }
        }
    }

    private static void deleteTreeOnce(Path tree) throws IOException {
        Files.walkFileTree(
                tree,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e)
                            throws IOException {
                        if (e instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw e;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path directory, @Nullable IOException e) throws IOException {
                        Files.deleteIfExists(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** Sees an entry. */
    @FunctionalInterface
    interface Visitor {
        void entry(Path file, long sizeBytes, long modifiedMillis) throws IOException;
    }

    /**
     * Shows {@code visitor} the entries of one kind in one shard. Those that go meanwhile are left
     * out.
     *
     * @return whether all that is there could be seen
     */
    boolean walk(Kind kind, int shard, Visitor visitor) {
        Path folder = folder(kind).resolve(HexFormat.of().toHexDigits((byte) shard));
        boolean isComplete = true;
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                isComplete &= visit(file, visitor);
            }
        } catch (NoSuchFileException | NotDirectoryException _) {
            return isComplete;
        } catch (IOException | DirectoryIteratorException e) {
            LOG.log(DEBUG, "not all entries seen: directory={0} reason={1}", folder, e);
            return false;
        }
        return isComplete;
    }

    private static boolean visit(Path file, Visitor visitor) {
        if (file.getFileName().toString().length() != 2 * Digest.SIZE_BYTES) {
            return true; // Not ours; NFS keeps files that are deleted and still open, say.
        }
        try {
            var attributes =
                    Files.readAttributes(
                            file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isRegularFile()) {
                visitor.entry(file, attributes.size(), attributes.lastModifiedTime().toMillis());
            }
            return true;
        } catch (NoSuchFileException _) {
            return true;
        } catch (IOException e) {
            LOG.log(DEBUG, "entry not seen: file={0} reason={1}", file, e);
            return false;
        }
    }

    /** How many entries one kind has in one shard; nothing is looked at but names. */
    long count(Kind kind, int shard) {
        Path folder = folder(kind).resolve(HexFormat.of().toHexDigits((byte) shard));
        long count = 0;
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path _ : files) {
                count++;
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.log(DEBUG, "entries not counted: directory={0} reason={1}", folder, e);
        }
        return count;
    }

    /** What killed processes left. A time far in the future is no reason to keep it. */
    void dropStaleTemporaries(long nowMillis) throws IOException {
        try (var files = Files.newDirectoryStream(temporaries())) {
            for (Path file : files) {
                try {
                    long modified = Files.getLastModifiedTime(file).toMillis();
                    if (Math.abs(nowMillis - modified) > TEMPORARY_AGE_MAX.toMillis()) {
                        dropTemporary(file);
                    }
                } catch (NoSuchFileException _) {
                    // Its owner finished in the meantime.
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static void dropTemporary(Path file) throws IOException {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            deleteTree(file);
        } else {
            Files.deleteIfExists(file);
        }
    }

    /** What releases with another format kept beside us. */
    void dropVersion(String name) throws IOException {
        Path old = directory.resolveSibling(name);
        if (Files.isDirectory(old, LinkOption.NOFOLLOW_LINKS)) {
            discard(old);
        }
    }
}
