package io.cachepot.node.cache;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.protocol.CacheDetails;
import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Contents by digest on disk, at most so many bytes including those being received; least recently
 * used out first, never one that a running job has pinned.
 *
 * <p>What an earlier start left is believed only once its digest was checked again, at first use:
 * files are not forced to disk one by one, so a power failure may have torn some.
 */
public final class BlobStore {
    private static final System.Logger LOG = System.getLogger(BlobStore.class.getName());

    private final ShardedFiles files;
    private final BlobFiles blobs;
    private final long bytesMax;
    private final long blobBytesMax;
    private final Object lock = new Object();

    /** Guarded by {@code lock}. */
    private final LeastRecentlyUsed<Digest> index = new LeastRecentlyUsed<>();

    /** Left by an earlier start and not checked since. Guarded by {@code lock}. */
    private final Set<Digest> unchecked = new HashSet<>();

    /** Bytes promised to contents that are being received. Guarded by {@code lock}. */
    private long reserved;

    /**
     * A store in {@code cacheDir/blobs}; {@link #start()} makes it ready.
     *
     * @param bytesMax most bytes of all contents
     * @param blobBytesMax most bytes of one
     */
    public BlobStore(Path cacheDir, long bytesMax, long blobBytesMax) {
        files = new ShardedFiles(cacheDir.resolve("blobs"));
        blobs = new BlobFiles(files);
        this.bytesMax = bytesMax;
        this.blobBytesMax = Math.min(blobBytesMax, bytesMax);
    }

    /** Finds out what is there. */
    public void start() throws IOException {
        List<ShardedFiles.Kept> kept = files.start();
        synchronized (lock) {
            for (ShardedFiles.Kept blob : kept) {
                index.put(blob.digest(), blob.sizeBytes());
                unchecked.add(blob.digest());
            }
            evictTo(bytesMax);
            LOG.log(INFO, "blobs kept: count={0} bytes={1}", index.keys().size(), index.bytes());
        }
    }

    /** Whether the content is there; it may be evicted the moment after unless it is pinned. */
    public boolean has(Digest digest) {
        synchronized (lock) {
            return index.contains(digest);
        }
    }

    /** Which every user may read, and whose files never change. */
    public Path directory() {
        return files.directory();
    }

    /** Where the content lies; true for as long as it is pinned. */
    public Path path(Digest digest) {
        return files.path(digest);
    }

    /** How it is used. */
    public CacheDetails details() {
        synchronized (lock) {
            return index.details("inputs", bytesMax);
        }
    }

    /** A fresh set of pins, empty as yet. */
    public Pins pins() {
        return new Pins();
    }

    /** Contents that stay for as long as a job needs them; used by one thread. */
    public final class Pins implements AutoCloseable {
        private final Set<Digest> pinned = new HashSet<>();

        private Pins() {}

        /**
         * Stores content and pins it. One that is there already is read to its end and dropped.
         *
         * @throws WrongContentException when it is not what {@code digest} and {@code sizeBytes}
         *     say, or too large
         * @throws StorageException when it can not be stored
         * @throws IOException when it can not be read
         */
        public void put(Digest digest, long sizeBytes, InputStream content) throws IOException {
            if (!pin(List.of(digest)).isEmpty()) {
                receive(digest, sizeBytes, content, pinned);
            } else {
                content.transferTo(OutputStream.nullOutputStream());
            }
        }

        /** Pins what is there of {@code digests}; gives those that are not, in their order. */
        public List<Digest> pin(Collection<Digest> digests) {
            var missing = new ArrayList<Digest>();
            for (Digest digest : digests) {
                if (!pinned.contains(digest) && !pinOne(digest)) {
                    missing.add(digest);
                }
            }
            return missing;
        }

        private boolean pinOne(Digest digest) {
            if (!pinIntact(digest)) {
                return false;
            }
            pinned.add(digest);
            return true;
        }

        @Override
        public void close() {
            synchronized (lock) {
                pinned.forEach(index::unpin);
            }
            pinned.clear();
        }
    }

    private boolean pinIntact(Digest digest) {
        boolean isUnchecked;
        synchronized (lock) {
            if (!index.pin(digest)) {
                return false;
            }
            isUnchecked = unchecked.contains(digest);
        }
        return !isUnchecked || check(digest);
    }

    /** Two jobs may check the same one at once, which does no harm. */
    private boolean check(Digest digest) {
        boolean isIntact;
        try {
            isIntact = blobs.isIntact(digest);
        } catch (IOException e) {
            LOG.log(WARNING, "blob not readable: digest={0} reason={1}", digest, e);
            isIntact = false;
        }
        synchronized (lock) {
            if (isIntact) {
                unchecked.remove(digest);
            } else {
                index.unpin(digest);
            }
            return isIntact;
        }
    }

    private void receive(Digest digest, long sizeBytes, InputStream content, Set<Digest> pinned)
            throws IOException {
        if (sizeBytes > blobBytesMax) {
            throw new WrongContentException(
                    "content of "
                            + digest
                            + " has "
                            + sizeBytes
                            + " bytes, expected at most "
                            + blobBytesMax);
        }
        reserve(digest, sizeBytes);
        try {
            Path temporary = blobs.receive(digest, sizeBytes, content);
            try {
                keep(temporary, digest, sizeBytes);
                pinned.add(digest);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } finally {
            release(sizeBytes);
        }
    }

    private void reserve(Digest digest, long sizeBytes) throws IOException {
        synchronized (lock) {
            evictTo(bytesMax - reserved - sizeBytes);
            if (index.bytes() + reserved + sizeBytes > bytesMax) {
                throw new StorageException(
                        "no room for "
                                + sizeBytes
                                + " bytes of "
                                + digest
                                + ": running jobs use "
                                + (index.bytes() + reserved)
                                + " of "
                                + bytesMax);
            }
            reserved += sizeBytes;
        }
    }

    private void release(long sizeBytes) {
        synchronized (lock) {
            reserved -= sizeBytes;
        }
    }

    /**
     * The rename happens under the lock, as does every unlink: else the eviction of a content could
     * remove the file of the same content that has just come back.
     */
    private void keep(Path temporary, Digest digest, long sizeBytes) throws IOException {
        synchronized (lock) {
            if (!index.contains(digest) || unchecked.remove(digest)) {
                files.moveIntoPlace(temporary, digest);
                index.put(digest, sizeBytes);
            }
            index.pin(digest);
        }
    }

    /** Called with {@code lock} held. */
    private void evictTo(long bytes) {
        for (Digest digest : index.evict(bytes)) {
            unchecked.remove(digest);
            try {
                files.delete(digest);
            } catch (IOException e) {
                LOG.log(WARNING, "blob not removed: digest={0} reason={1}", digest, e);
            }
        }
    }
}
