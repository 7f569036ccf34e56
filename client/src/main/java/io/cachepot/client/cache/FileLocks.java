package io.cachepot.client.cache;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps two processes from doing the same work at once. The kernel frees a lock when its holder
 * dies. Where the file system has no locks, the work is done without: whatever is guarded here is
 * only slower, or less exact for a while, when two do it.
 */
final class FileLocks {
    private static final System.Logger LOG = System.getLogger(FileLocks.class.getName());

    private FileLocks() {}

    /** What is done under the lock. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    /**
     * Does {@code work} unless another holds the lock.
     *
     * @return whether it was done
     */
    static boolean tryRun(Path lock, Work work) throws IOException {
        try (var channel =
                FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (isHeldByAnother(channel)) {
                return false;
            }
            work.run();
            return true;
        }
    }

    /** Closing the channel frees the lock. */
    private static boolean isHeldByAnother(FileChannel channel) {
        try {
            FileLock held = channel.tryLock();
            return held == null;
        } catch (OverlappingFileLockException _) {
            return true;
        } catch (IOException e) {
            LOG.log(DEBUG, "no locks on this file system: reason={0}", e);
            return false;
        }
    }
}
