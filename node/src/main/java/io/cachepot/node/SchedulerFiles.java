package io.cachepot.node;

import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.config.ConfigException;
import io.cachepot.config.SchedulerConfig;
import io.cachepot.config.TlsConfig;
import io.cachepot.config.WorkerAuth;
import io.cachepot.node.tls.ChangingCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * Files of a scheduler that take effect without a restart: its certificate, and in its settings the
 * tokens of workers that are revoked. All else in the settings is read at the start.
 */
final class SchedulerFiles implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SchedulerFiles.class.getName());
    private static final long LOOK_SECONDS = 2;

    private final Optional<ChangingCertificate> certificate;
    private final List<FileFollower> followed = new ArrayList<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("scheduler-files").daemon().factory());

    /** Written by the timer's thread, read by all. */
    private volatile Set<String> revoked;

    /** Reads settings again. */
    @FunctionalInterface
    interface Reload {
        SchedulerConfig load();
    }

    /** A file of settings and how to read it; none for settings that come from nowhere. */
    record Settings(Path file, Reload reload) {}

    /**
     * Reads the certificate that {@code config} names.
     *
     * @throws IOException when it can not be used; the message names the file
     */
    SchedulerFiles(SchedulerConfig config, Optional<Settings> settings) throws IOException {
        revoked = revoked(config);
        settings.ifPresent(each ->
                followed.add(
                        new FileFollower(
                                "worker_auth.revoked",
                                List.of(each.file()),
                                () -> take(each.reload()))));
        Optional<TlsConfig> tls = config.tls();
        if (tls.isPresent()) {
            TlsConfig files = tls.get();
            var follower =
                    new FileFollower(
                            "tls files",
                            List.of(files.certificate(), files.key()),
                            () -> become(files));
            certificate = Optional.of(new ChangingCertificate(PemFiles.own(files)));
            followed.add(follower);
        } else {
            certificate = Optional.empty();
        }
    }

    private static Set<String> revoked(SchedulerConfig config) {
        return config.workerAuth() instanceof WorkerAuth.JwtHs256(_, var revoked)
                ? Set.copyOf(revoked)
                : Set.of();
    }

    private void take(Reload reload) throws IOException {
        try {
            revoked = revoked(reload.load());
        } catch (ConfigException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void become(TlsConfig files) throws IOException {
        var next = PemFiles.own(files);
        certificate.ifPresent(each -> each.become(next));
    }

    /** What the scheduler speaks HTTPS with; empty when it speaks HTTP. */
    Optional<SSLContext> tls() {
        return certificate.map(PemFiles::context);
    }

    /** Tokens of workers that are good no more: see {@link WorkerAuth.JwtHs256}. */
    Set<String> revoked() {
        return revoked;
    }

    void start() {
        if (!followed.isEmpty()) {
            var _ =
                    timer.scheduleWithFixedDelay(
                            this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Takes what is new. */
    void look() {
        try {
            followed.forEach(FileFollower::look);
        } catch (RuntimeException e) { // the timer would end silently
            LOG.log(WARNING, "files not looked at", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
