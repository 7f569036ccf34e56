package io.cachepot.node.cache;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.CacheDetails;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.Job;
import io.cachepot.protocol.wire.PartStreamReader;
import io.cachepot.protocol.wire.ResultStream;
import io.cachepot.protocol.wire.WireException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Answers to jobs, each as it went to its client, for the next one who asks the same; at most so
 * many bytes, least recently used out first. Each ends with a digest over all of it, which whoever
 * reads it checks; what an earlier start left is checked here before it is given out.
 */
public final class ResultStore {
    private static final System.Logger LOG = System.getLogger(ResultStore.class.getName());
    private static final int BUFFER_BYTES = 64 << 10;

    private final ShardedFiles files;
    private final long bytesMax;
    private final Object lock = new Object();

    /** Guarded by {@code lock}. */
    private final LeastRecentlyUsed<Digest> index = new LeastRecentlyUsed<>();

    /** Left by an earlier start and not checked since. Guarded by {@code lock}. */
    private final Set<Digest> unchecked = new HashSet<>();

    /**
     * A store in {@code cacheDir/results}; {@link #start()} makes it ready.
     *
     * @param bytesMax most bytes of all results; 0 keeps none
     */
    public ResultStore(Path cacheDir, long bytesMax) {
        files = new ShardedFiles(cacheDir.resolve("results"));
        this.bytesMax = bytesMax;
    }

    /** Finds out what is there. */
    public void start() throws IOException {
        List<ShardedFiles.Kept> kept = files.start();
        synchronized (lock) {
            for (ShardedFiles.Kept result : kept) {
                index.put(result.digest(), result.sizeBytes());
                unchecked.add(result.digest());
            }
            evictTo(bytesMax);
            LOG.log(INFO, "results kept: count={0} bytes={1}", index.keys().size(), index.bytes());
        }
    }

    /** Whether anything is kept at all. */
    public boolean isOn() {
        return bytesMax > 0;
    }

    /** How it is used. */
    public CacheDetails details() {
        synchronized (lock) {
            return index.details("results", bytesMax);
        }
    }

    /** Writes a whole result stream. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Keeps a result, in place of one of that key.
     *
     * @throws IOException when it can not be stored; then nothing has changed
     */
    public void keep(Digest key, Content content) throws IOException {
        Path temporary = files.newTemporary();
        try {
            try (var out =
                    new BufferedOutputStream(
                            Channels.newOutputStream(ShardedFiles.create(temporary)),
                            BUFFER_BYTES)) {
                content.writeTo(out);
            }
            long sizeBytes = Files.size(temporary);
            if (sizeBytes > bytesMax) {
                LOG.log(DEBUG, "result not kept: key={0} bytes={1}", key, sizeBytes);
                return;
            }
            synchronized (lock) {
                evictTo(bytesMax - sizeBytes);
                // Under the lock, as is every unlink: see BlobStore.
                files.moveIntoPlace(temporary, key);
                index.put(key, sizeBytes);
                unchecked.remove(key);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** The result {@code key} from its first byte on; empty when it is not there. */
    public Optional<InputStream> open(Digest key) {
        boolean isUnchecked;
        synchronized (lock) {
            if (!index.pin(key)) {
                return Optional.empty();
            }
            index.unpin(key);
            isUnchecked = unchecked.contains(key);
        }
        try {
            if (isUnchecked && !check(key)) {
                return Optional.empty();
            }
            // One that is evicted from now on can be read to its end all the same.
            return Optional.of(Files.newInputStream(files.path(key)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.log(WARNING, "result not readable: key={0} reason={1}", key, e.toString());
            return Optional.empty();
        }
    }

    private boolean check(Digest key) throws IOException {
        try (var in =
                new BufferedInputStream(Files.newInputStream(files.path(key)), BUFFER_BYTES)) {
            var _ =
                    ResultStream.read(
                            new PartStreamReader(in, "the store of results"),
                            Job.OUTPUTS_MAX,
                            new Skipped());
        } catch (WireException e) {
            LOG.log(WARNING, "result is damaged: key={0} reason={1}", key, e.getMessage());
            synchronized (lock) {
                remove(key);
                index.remove(key);
            }
            return false;
        }
        synchronized (lock) {
            unchecked.remove(key);
        }
        return true;
    }

    /** Called with {@code lock} held. */
    private void evictTo(long bytes) {
        index.evict(bytes).forEach(this::remove);
    }

    /** Called with {@code lock} held. */
    private void remove(Digest key) {
        unchecked.remove(key);
        try {
            files.delete(key);
        } catch (IOException e) {
            LOG.log(WARNING, "result not removed: key={0} reason={1}", key, e.toString());
        }
    }

    /** The reader goes over what is not read. */
    private static final class Skipped implements ResultStream.Receiver {
        @Override
        public void stdio(Bytes stdout, Bytes stderr) {}

        @Override
        public void output(int index, boolean isExecutable, long sizeBytes, InputStream content) {}
    }
}
