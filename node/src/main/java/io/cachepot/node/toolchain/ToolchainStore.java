package io.cachepot.node.toolchain;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.node.cache.LeastRecentlyUsed;
import io.cachepot.protocol.CacheDetails;
import io.cachepot.protocol.SubmitToolchainResult;
import io.cachepot.protocol.SubmitToolchainResult.Ready;
import io.cachepot.protocol.SubmitToolchainResult.Refused;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.sandbox.archive.ArchiveException;
import io.cachepot.sandbox.archive.ArchiveLimits;
import io.cachepot.sandbox.archive.ToolchainUnpacker;
import io.cachepot.sandbox.archive.UnpackedArchive;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Unpacked toolchains on disk, and the archives they came in for workers that lack them; at most so
 * many bytes, least recently used out first, never one in use. Each is unpacked once, however many
 * clients send it; different ones are unpacked side by side.
 */
public final class ToolchainStore {
    private static final System.Logger LOG = System.getLogger(ToolchainStore.class.getName());
    private static final int REASON_CHARS_MAX = 2_000;
    private static final int BUFFER_BYTES = 64 << 10;

    private final ToolchainFiles files;
    private final long bytesMax;
    private final Unpacker unpacker;

    /** Those being received; whoever put the latch counts it down. At most one a request. */
    private final ConcurrentHashMap<ToolchainId, CountDownLatch> arriving =
            new ConcurrentHashMap<>();

    private final Object lock = new Object();

    /** Guarded by {@code lock}. */
    private final LeastRecentlyUsed<ToolchainId> index = new LeastRecentlyUsed<>();

    /** Same keys as {@code index}. Guarded by {@code lock}. */
    private final Map<ToolchainId, Path> roots = new HashMap<>();

    /**
     * A store in {@code cacheDir/toolchains}; {@link #start()} makes it ready.
     *
     * @param bytesMax most bytes of all toolchains with their archives; one of them may not have
     *     more either
     * @param limits of one archive
     * @param clock tells when a toolchain was used, for the order after a restart
     */
    public ToolchainStore(Path cacheDir, long bytesMax, ArchiveLimits limits, InstantSource clock) {
        this(cacheDir, bytesMax, new ToolchainUnpacker(within(limits, bytesMax))::unpack, clock);
    }

    private static ArchiveLimits within(ArchiveLimits limits, long bytesMax) {
        return new ArchiveLimits(
                Math.min(limits.bytesMax(), bytesMax),
                limits.entriesMax(),
                limits.depthMax(),
                limits.nameBytesMax());
    }

    ToolchainStore(Path cacheDir, long bytesMax, Unpacker unpacker, InstantSource clock) {
        files = new ToolchainFiles(cacheDir.resolve("toolchains"), clock);
        this.bytesMax = bytesMax;
        this.unpacker = unpacker;
    }

    /** Finds out what is there. */
    public void start() throws IOException {
        synchronized (lock) {
            for (ToolchainFiles.Kept kept : files.start()) {
                index.put(kept.id(), kept.bytes());
                roots.put(kept.id(), kept.root());
            }
        }
        delete(evictTo(bytesMax));
        LOG.log(INFO, "toolchains kept: count={0} bytes={1}", ready().size(), bytes());
    }

    /** Those that jobs can use now, sorted by last use. */
    public List<ToolchainId> ready() {
        synchronized (lock) {
            return index.keys();
        }
    }

    /** How it is used. */
    public CacheDetails details() {
        synchronized (lock) {
            return index.details("toolchains", bytesMax);
        }
    }

    private long bytes() {
        synchronized (lock) {
            return index.bytes();
        }
    }

    /** Keeps a toolchain for a job; empty when it is not there. */
    public Optional<Lease> lease(ToolchainId id) {
        Path root;
        synchronized (lock) {
            if (!index.pin(id)) {
                return Optional.empty();
            }
            root = roots.get(id);
            if (root == null) {
                index.unpin(id);
                return Optional.empty();
            }
        }
        touch(root);
        return Optional.of(new HeldLease(id, root));
    }

    private void touch(Path root) {
        try {
            files.touch(root);
        } catch (IOException e) {
            LOG.log(WARNING, "use of toolchain not noted: directory={0} reason={1}", root, e);
        }
    }

    private final class HeldLease implements Lease {
        private final ToolchainId id;
        private final Path root;
        private final AtomicBoolean isOpen = new AtomicBoolean(true);

        HeldLease(ToolchainId id, Path root) {
            this.id = id;
            this.root = root;
        }

        @Override
        public Path root() {
            return root;
        }

        @Override
        public Path archive() {
            return ToolchainFiles.archiveOf(root);
        }

        @Override
        public void close() {
            if (isOpen.compareAndSet(true, false)) {
                synchronized (lock) {
                    index.unpin(id);
                }
            }
        }
    }

    /**
     * Unpacks an archive unless its toolchain is there. Reads {@code archive} to its end, within
     * reason, so that its sender comes to read the answer.
     */
    public SubmitToolchainResult submit(ToolchainId id, InputStream archive)
            throws InterruptedException {
        var mine = new CountDownLatch(1);
        CountDownLatch other = arriving.putIfAbsent(id, mine);
        // Each turn outlives one other request.
        while (other != null) {
            other.await();
            other = arriving.putIfAbsent(id, mine);
        }
        try {
            return isReady(id) ? new Ready() : receive(id, archive);
        } catch (ArchiveException e) {
            return refused(id, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            LOG.log(WARNING, "toolchain not stored: toolchain={0} reason={1}", id, e);
            return refused(id, "toolchain not stored: " + e);
        } finally {
            arriving.remove(id, mine);
            mine.countDown();
            discardRest(archive);
        }
    }

    /** Whether it is being received now. */
    public boolean isArriving(ToolchainId id) {
        return arriving.containsKey(id);
    }

    /** Whether it is there; it may be evicted the moment after unless it is leased. */
    public boolean isReady(ToolchainId id) {
        synchronized (lock) {
            return index.contains(id);
        }
    }

    private void discardRest(InputStream archive) {
        byte[] buffer = new byte[BUFFER_BYTES];
        long left = bytesMax;
        try {
            for (int n = 0; n >= 0 && left > 0; left -= n) {
                n = archive.read(buffer);
            }
        } catch (IOException e) {
            LOG.log(DEBUG, "rest of an archive not read: reason={0}", e);
        }
    }

    private static Refused refused(ToolchainId id, String reason) {
        LOG.log(INFO, "toolchain refused: toolchain={0} reason={1}", id, reason);
        return new Refused(
                reason.substring(0, Math.min(reason.length(), REASON_CHARS_MAX))
                        .replace('\0', '?'));
    }

    private SubmitToolchainResult receive(ToolchainId id, InputStream archive) throws IOException {
        Path home = files.newHome();
        try {
            Path root = files.rootOf(home);
            Path kept = ToolchainFiles.archiveOf(root);
            UnpackedArchive unpacked;
            try (var copy = new BufferedOutputStream(Files.newOutputStream(kept), BUFFER_BYTES)) {
                unpacked = unpacker.unpack(new CopiedInputStream(archive, copy), root);
            }
            if (!unpacked.digest().equals(id.digest())) {
                return refused(id, "archive has SHA-256 " + unpacked.digest() + ", expected " + id);
            }
            // Once a toolchain: after a power failure no compile may see half a compiler.
            DirectoryTree.force(home);
            return keep(id, home, unpacked.bytes() + Files.size(kept));
        } finally {
            DirectoryTree.delete(home);
        }
    }

    private SubmitToolchainResult keep(ToolchainId id, Path home, long bytes) throws IOException {
        if (bytes > bytesMax) {
            return refused(id, "toolchain has " + bytes + " bytes, expected at most " + bytesMax);
        }
        List<Path> evicted;
        synchronized (lock) {
            evicted = evictTo(bytesMax - bytes);
            if (index.bytes() + bytes <= bytesMax) {
                roots.put(id, files.moveIntoPlace(home, id));
                index.put(id, bytes);
            }
        }
        delete(evicted);
        if (!isReady(id)) {
            return refused(
                    id,
                    "no room for "
                            + bytes
                            + " bytes: toolchains in use take "
                            + bytes()
                            + " of "
                            + bytesMax);
        }
        LOG.log(INFO, "toolchain ready: toolchain={0} bytes={1}", id, bytes);
        return new Ready();
    }

    /** Renames under the lock, so that a toolchain which comes back finds its place free. */
    private List<Path> evictTo(long bytes) {
        var homes = new ArrayList<Path>();
        synchronized (lock) {
            for (ToolchainId id : index.evict(bytes)) {
                roots.remove(id);
                LOG.log(INFO, "toolchain evicted: toolchain={0}", id);
                try {
                    homes.add(files.takeAway(id));
                } catch (IOException e) {
                    LOG.log(WARNING, "toolchain not removed: toolchain={0} reason={1}", id, e);
                }
            }
        }
        return homes;
    }

    private static void delete(List<Path> homes) {
        for (Path home : homes) {
            try {
                DirectoryTree.delete(home);
            } catch (IOException e) {
                LOG.log(WARNING, "toolchain not removed: directory={0} reason={1}", home, e);
            }
        }
    }
}
