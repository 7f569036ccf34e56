package io.cachepot.node;

import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.config.GridConfig;
import io.cachepot.config.GridTls;
import io.cachepot.node.grid.secure.MemberTls;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
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

    private final Optional<MemberTls> tls;
    private final InstantSource clock;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("grid-tls-files").daemon().factory());

    private final FileFollower files;

    private long lastWarnedSecond = Long.MIN_VALUE / 2;

    /**
     * Reads the files that {@code config} names.
     *
     * @throws IOException when one can not be read or holds something else; the message names it
     */
    MemberTlsFiles(Optional<GridConfig> config, InstantSource clock) throws IOException {
        this.clock = clock;
        files =
                new FileFollower(
                        "grid.tls files are",
                        files(config),
                        () -> PemFiles.member(config).ifPresent(this::become));
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
        files.look();
        long second = clock.instant().getEpochSecond();
        if (second - lastWarnedSecond >= WARNINGS_APART_SECONDS) {
            tls.flatMap(each -> each.warning(clock.instant()))
                    .ifPresent(warning -> {
                        LOG.log(WARNING, warning);
                        lastWarnedSecond = second;
                    });
        }
    }

    private void become(MemberTls read) {
        tls.orElseThrow().become(read);
    }

    private static List<Path> files(Optional<GridConfig> config) {
        return config.flatMap(GridConfig::tls)
                .map((GridTls files) ->
                        List.of(files.certificate(), files.key(), files.authorities()))
                .orElse(List.of());
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
