package io.cachepot.client.include;

import io.cachepot.client.include.Statx.Failure;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What {@code stat} says of a file. Two equal stamps mean equal content, unless the file was
 * written again within the granularity of the clock that file times come from: see {@link
 * #isSettledAt}.
 *
 * @param modifiedNanos mtime, nanoseconds since the epoch
 * @param changedNanos ctime, likewise; set by the kernel alone, so it also betrays a rewrite that
 *     restored the mtime
 */
public record FileStamp(
        long device, long inode, long size, long modifiedNanos, long changedNanos, int mode)
        implements Statx.Answer {
    /** File times tick with the scheduler: 10 ms at HZ=100, and some file systems keep less. */
    public static final long GRANULARITY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final int TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;
    private static final int LINK = 0120000;
    private static final String ATTRIBUTES = "unix:dev,ino,size,lastModifiedTime,ctime,mode";

    /**
     * Follows symbolic links.
     *
     * @return empty when there is no such file
     */
    public static Optional<FileStamp> of(Path file) throws IOException {
        return switch (Statx.of(file.toString(), true)) {
            case FileStamp stamp -> Optional.of(stamp);
            case Failure.MISSING -> Optional.empty();
            case Failure.UNKNOWN -> ask(file);
        };
    }

    /** Likewise of a symbolic link itself. */
    public static Optional<FileStamp> ofLink(Path file) throws IOException {
        return switch (Statx.of(file.toString(), false)) {
            case FileStamp stamp -> Optional.of(stamp);
            case Failure.MISSING -> Optional.empty();
            case Failure.UNKNOWN -> ask(file, LinkOption.NOFOLLOW_LINKS);
        };
    }

    private static Optional<FileStamp> ask(Path file, LinkOption... options) throws IOException {
        try {
            return Optional.of(from(Files.readAttributes(file, ATTRIBUTES, options)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (FileSystemException e) {
            // A component that is no directory (ENOTDIR) is one more way of not being there.
            if (isNotThere(file)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Whether {@code file} has this stamp now. The same as to compare with {@link #of}, faster. */
    public boolean isOf(Path file) throws IOException {
        return Statx.is(file.toString(), this) || of(file).equals(Optional.of(this));
    }

    private static boolean isNotThere(Path file) {
        return Files.notExists(file, LinkOption.NOFOLLOW_LINKS) || !Files.exists(file);
    }

    private static FileStamp from(Map<String, Object> attributes) {
        return new FileStamp(
                value(attributes, "dev", Long.class),
                value(attributes, "ino", Long.class),
                value(attributes, "size", Long.class),
                nanos(value(attributes, "lastModifiedTime", FileTime.class)),
                nanos(value(attributes, "ctime", FileTime.class)),
                value(attributes, "mode", Integer.class));
    }

    private static <T> T value(Map<String, Object> attributes, String name, Class<T> type) {
        return type.cast(Objects.requireNonNull(attributes.get(name), name));
    }

    private static long nanos(FileTime time) {
        return time.to(TimeUnit.NANOSECONDS);
    }

    public static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    public boolean isSameFileAs(FileStamp other) {
        return inode == other.inode && device == other.device;
    }

    public boolean isRegular() {
        return (mode & TYPE_MASK) == REGULAR;
    }

    public boolean isDirectory() {
        return (mode & TYPE_MASK) == DIRECTORY;
    }

    public boolean isLink() {
        return (mode & TYPE_MASK) == LINK;
    }

    public boolean isExecutable() {
        return (mode & 0111) != 0;
    }

    /**
     * Whether the file was last changed so long before {@code instant} that a change after it would
     * have given another stamp.
     */
    public boolean isSettledAt(long instantNanos) {
        return Math.max(modifiedNanos, changedNanos) < instantNanos - GRANULARITY_NANOS;
    }
}
