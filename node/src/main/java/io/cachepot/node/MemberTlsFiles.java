package io.cachepot.node;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.config.GridConfig;
import io.cachepot.config.GridTls;
import io.cachepot.node.grid.secure.MemberTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Follows the files that a member proves itself with: another certificate, key or authority is
 * taken without a restart. Files that can not be used change nothing and are told of.
 */
final class MemberTlsFiles implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MemberTlsFiles.class.getName());
    private static final long LOOK_SECONDS = 10;
    private static final long WARNINGS_APART_SECONDS = 24 * 60 * 60;

    private final Optional<GridConfig> config;
    private final Optional<MemberTls> tls;
    private final InstantSource clock;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("grid-tls-files").daemon().factory());

    /** Used by the timer's thread, and by the constructor before. */
    private List<FileTime> seen;

    private long lastWarnedSecond = Long.MIN_VALUE / 2;

    /**
     * Reads the files that {@code config} names.
     *
     * @throws IOException when one can not be read or holds something else; the message names it
     */
    MemberTlsFiles(Optional<GridConfig> config, InstantSource clock) throws IOException {
        this.config = config;
        this.clock = clock;
        seen = times();
        tls = PemFiles.member(config);
    }

    /** What the member speaks TLS with; empty when no file is named. */
    Optional<MemberTls> tls() {
        return tls;
    }

    void start() {
        if (tls.isPresent()) {
            var _ = timer.scheduleWithFixedDelay(this::look, 0, LOOK_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Takes what is new, and tells of a certificate that ends soon. */
    void look() {
        List<FileTime> now = times();
        if (!now.equals(seen)) {
            try {
                PemFiles.member(config).ifPresent(read -> tls.orElseThrow().become(read));
                seen = now;
                LOG.log(INFO, "grid.tls files are read again: {0}", files());
            } catch (IOException e) {
                // Half of a change perhaps, so it is tried again.
                LOG.log(WARNING, "grid.tls files are not taken: {0}", e.getMessage());
            }
        }
        long second = clock.instant().getEpochSecond();
        if (second - lastWarnedSecond >= WARNINGS_APART_SECONDS) {
            tls.flatMap(each -> each.warning(clock.instant()))
                    .ifPresent(warning -> {
                        LOG.log(WARNING, warning);
                        lastWarnedSecond = second;
                    });
        }
    }

    private List<Path> files() {
        return config.flatMap(GridConfig::tls)
                .map((GridTls files) ->
                        List.of(files.certificate(), files.key(), files.authorities()))
                .orElse(List.of());
    }

    private List<FileTime> times() {
        var times = new ArrayList<FileTime>();
        for (Path file : files()) {
            try {
                times.add(Files.getLastModifiedTime(file));
            } catch (IOException _) {
                // It is being replaced, or gone: reading it will say which.
                times.add(FileTime.fromMillis(0));
            }
        }
        return times;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
