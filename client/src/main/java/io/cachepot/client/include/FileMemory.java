package io.cachepot.client.include;

import io.cachepot.protocol.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Remembers digest and {@code #include} lines of files by their stamp, so that a header that three
 * hundred units share is read once. A file that changed within the clock's granularity before it
 * was read is read again next time. Holds at most {@link #ENTRIES_MAX} files.
 */
public final class FileMemory {
    private static final int ENTRIES_MAX = 200_000;

    /** A header is never this large; what is, is data. */
    private static final long SCAN_BYTES_MAX = 64L << 20;

    /** What no compiler of C reads as text. */
    private static final Pattern UNSCANNED =
            Pattern.compile(".*\\.(?:rlib|rmeta|so(?:\\.[0-9.]+)?|a|o|rs)");

    private final InstantSource clock;
    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

    public FileMemory(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * What is known of one file.
     *
     * @param scan what it includes; unscanned files have {@link IncludeScan#UNKNOWN}
     */
    public record Known(Path path, FileStamp stamp, Digest digest, IncludeScan scan) {}

    /**
     * One file.
     *
     * @param found its knowledge, as it is answered again and again
     */
    private record Entry(Known known, boolean wasSettled, Optional<Known> found) {
        Entry(Known known, boolean wasSettled) {
            this(known, wasSettled, Optional.of(known));
        }
    }

    /**
     * Reads or remembers the regular file {@code path}; links are followed.
     *
     * @return empty when it does not exist or is not a regular file
     */
    public Optional<Known> look(Path path) throws IOException {
        return look(path.toString(), path);
    }

    /**
     * Likewise.
     *
     * @param name absolute
     */
    public Optional<Known> look(String name) throws IOException {
        return look(name, null);
    }

    private Optional<Known> look(String name, @Nullable Path path) throws IOException {
        Entry entry = entries.get(name);
        if (entry != null && entry.wasSettled() && Statx.is(name, entry.known().stamp())) {
            return entry.found();
        }
        Path file = path == null ? Path.of(name) : path;
        Optional<FileStamp> stamp = FileStamp.of(file);
        if (stamp.isEmpty() || !stamp.get().isRegular()) {
            entries.remove(name);
            return Optional.empty();
        }
        if (entry != null && entry.wasSettled() && entry.known().stamp().equals(stamp.get())) {
            return entry.found(); // there is no statx here
        }
        return read(file, stamp.get());
    }

    /** Reads until the stamp before and after is the same, so digest and stamp belong together. */
    private Optional<Known> read(Path path, FileStamp before) throws IOException {
        FileStamp stamp = before;
        for (int attempt = 0; attempt < 5; attempt++) {
            long readAt = FileStamp.nanos(clock.instant());
            Known known;
            try {
                known = digest(path, stamp);
            } catch (NoSuchFileException _) {
                return Optional.empty();
            }
            Optional<FileStamp> after = FileStamp.of(path);
            if (after.isEmpty()) {
                return Optional.empty();
            }
            if (after.get().equals(stamp)) {
                remember(path, new Entry(known, stamp.isSettledAt(readAt)));
                return Optional.of(known);
            }
            stamp = after.get();
        }
        throw new IOException(path + " keeps changing while it is read");
    }

    private void remember(Path path, Entry entry) {
        if (entries.size() >= ENTRIES_MAX) {
            entries.clear();
        }
        entries.put(path.toString(), entry);
    }

    private static Known digest(Path path, FileStamp stamp) throws IOException {
        if (stamp.size() > SCAN_BYTES_MAX || isUnscanned(path)) {
            return new Known(path, stamp, digestStreaming(path), IncludeScan.UNKNOWN);
        }
        byte[] content = Files.readAllBytes(path);
        return new Known(path, stamp, Digest.of(content), IncludeScanner.scan(content));
    }

    private static boolean isUnscanned(Path path) {
        return UNSCANNED.matcher(path.toString()).matches();
    }

    private static Digest digestStreaming(Path path) throws IOException {
        var sha256 = Digest.sha256();
        try (var in = Files.newInputStream(path)) {
            byte[] buffer = new byte[1 << 20];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
        }
        return Digest.of(sha256);
    }

    public void clear() {
        entries.clear();
    }
}
