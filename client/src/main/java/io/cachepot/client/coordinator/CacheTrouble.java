package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What keeps results from being kept: a full disk, a directory that can not be written. Told once
 * in a while and not for each compile; the statistics show it as long as it is news.
 */
final class CacheTrouble {
    private static final System.Logger LOG = System.getLogger(CacheTrouble.class.getName());
    private static final Duration NEWS = Duration.ofMinutes(10);

    private final Path directory;
    private final InstantSource clock;

    /** The latest failure. Guarded by this. */
    private Optional<Failure> latest = Optional.empty();

    /** When one was logged as a warning. Guarded by this. */
    private Instant toldAt = Instant.MIN;

    private record Failure(Instant at, String text) {}

    CacheTrouble(Path directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /** Notes that the directory could not be used. */
    synchronized void failed(IOException e) {
        var now = clock.instant();
        var failure = new Failure(now, "results are not kept in " + directory + ": " + reason(e));
        latest = Optional.of(failure);
        boolean isNews = toldAt.isBefore(now.minus(NEWS));
        if (isNews) {
            toldAt = now;
        }
        LOG.log(
                isNews ? WARNING : DEBUG,
                "{0}; make room or make it writable, or set CACHEPOT_DIR ({1})",
                failure.text(),
                e);
    }

    /** Without the name of whatever file it was this time. */
    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }

    /** One line for the user. */
    synchronized Optional<String> text() {
        return latest.filter(failure -> failure.at().isAfter(clock.instant().minus(NEWS)))
                .map(Failure::text);
    }
}
