package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What keeps results from being kept: a full disk, a directory that can not be written. Each cause
 * is told once and not for each compile; the statistics show the latest as long as it is news.
 */
final class CacheTrouble {
    private static final System.Logger LOG = System.getLogger(CacheTrouble.class.getName());
    private static final Duration NEWS = Duration.ofMinutes(10);

    /** Bounds what is logged, whatever a file system comes up with. */
    private static final int CAUSES_MAX = 20;

    private final Path directory;
    private final InstantSource clock;

    /** The latest failure. Guarded by this. */
    private Optional<Failure> latest = Optional.empty();

    /** Causes that were logged as warnings. Guarded by this. */
    private final Set<String> told = new HashSet<>();

    private record Failure(Instant at, String text) {}

    CacheTrouble(Path directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /** Notes that the directory could not be used. */
    synchronized void failed(IOException e) {
        var now = clock.instant();
        String reason = reason(e);
        var failure = new Failure(now, "results are not kept in " + directory + ": " + reason);
        latest = Optional.of(failure);
        boolean isNews = told.size() < CAUSES_MAX && told.add(reason);
        LOG.log(
                isNews ? WARNING : DEBUG,
                "{0}; make room or make it writable, or set CACHEPOT_DIR ({1})",
                failure.text(),
                e);
    }

    /** Without the name of whatever file it was this time. */
    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        if (reason != null) {
            return reason;
        }
        return switch (e) {
            case AccessDeniedException _ -> "Permission denied";
            case FileAlreadyExistsException _ -> "a file is where a directory belongs";
            case NoSuchFileException _ -> "No such file or directory";
            default -> e.getClass().getSimpleName();
        };
    }

    /** One line for the user. */
    synchronized Optional<String> text() {
        return latest.filter(failure -> failure.at().isAfter(clock.instant().minus(NEWS)))
                .map(Failure::text);
    }
}
