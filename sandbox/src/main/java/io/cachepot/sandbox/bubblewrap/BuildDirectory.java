package io.cachepot.sandbox.bubblewrap;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The part of the build directory that one sandbox owns: a directory of its own, locked while the
 * sandbox lives. Those of dead ones are removed; whatever else is in the build directory stays.
 */
final class BuildDirectory implements AutoCloseable {
    private static final String PREFIX = "cachepot-sandbox-";
    private static final String LOCK = "lock";
    private static final int ATTEMPTS_MAX = 10;

    private final Path own;
    private final FileChannel lock;
    private final JobUser user;
    private final AtomicLong jobs = new AtomicLong();

    private BuildDirectory(Path own, FileChannel lock, JobUser user) {
        this.own = own;
        this.lock = lock;
        this.user = user;
    }

    /** Makes one below {@code buildDir} and removes those that dead workers left there. */
    static BuildDirectory open(Path buildDir, JobUser user) throws IOException {
        Files.createDirectories(buildDir);
        user.checkReaches(buildDir);
        removeStale(buildDir);
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            BuildDirectory made = tryMake(buildDir.toRealPath(), user);
            if (made != null) {
                return made;
            }
        }
        throw new IOException("no directory made in " + buildDir + ", others remove it at once");
    }

    /** Null when another starting sandbox took the new directory for a dead one's. */
    private static @Nullable BuildDirectory tryMake(Path buildDir, JobUser user)
            throws IOException {
        Path own = Files.createTempDirectory(buildDir, PREFIX);
        try {
            Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwx--x--x"));
            FileChannel channel =
                    FileChannel.open(
                            own.resolve(LOCK),
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.WRITE);
            if (channel.tryLock() != null && Files.exists(own.resolve(LOCK))) {
                return new BuildDirectory(own, channel, user);
            }
            channel.close();
        } catch (NoSuchFileException _) {
            // Removed under our hands; the caller tries again.
        }
        return null;
    }

    private static void removeStale(Path buildDir) throws IOException {
        try (var found = Files.newDirectoryStream(buildDir, PREFIX + "*")) {
            for (Path directory : found) {
                removeIfStale(directory);
            }
        }
    }

    private static void removeIfStale(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE)) {
            FileLock taken = channel.tryLock();
            if (taken != null) {
                TreeRemover.remove(directory);
            }
        } catch (OverlappingFileLockException _) {
            // Another sandbox of this process.
        } catch (NoSuchFileException _) {
            // Just being made, or not one of ours.
        }
    }

    /** Beside those of jobs, for as long as the sandbox lives. */
    Path file(String name) {
        return own.resolve(name);
    }

    /** A new directory for a job; closing it removes it. */
    JobDirectory newJob() throws IOException {
        return JobDirectory.create(own.resolve("job-" + jobs.incrementAndGet()), user);
    }

    @Override
    public void close() throws IOException {
        TreeRemover.remove(own);
        lock.close();
    }
}
