package io.cachepot.client.dist;

import static java.lang.System.Logger.Level.INFO;

import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.http.Headers;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;

/** Toolchains on their way to workers, and how far they have come. Safe for threads. */
public final class Uploads {
    private static final System.Logger LOG = System.getLogger(Uploads.class.getName());
    private static final ContentType TYPE = ContentType.create(Headers.OCTETS);
    private static final Duration TELL_EVERY = Duration.ofSeconds(2);

    private final LongSupplier nanoTime;
    private final Set<Upload> underWay = ConcurrentHashMap.newKeySet();

    /**
     * @param nanoTime as {@link System#nanoTime}
     */
    public Uploads(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * How far one has come.
     *
     * @param worker its URL
     * @param sentBytes handed to the network so far
     * @param bytes all of it
     */
    public record Progress(ToolchainId toolchain, String worker, long sentBytes, long bytes) {}

    /** Those under way. */
    public List<Progress> progress() {
        return underWay.stream().map(Upload::progress).toList();
    }

    /** Begins one; it is under way until it is closed. */
    Upload begin(ToolchainId toolchain, String worker, Path archive) throws IOException {
        var upload = new Upload(toolchain, worker, archive, Files.size(archive));
        underWay.add(upload);
        LOG.log(
                INFO,
                "toolchain is sent: toolchain={0} to={1} bytes={2,number,#}",
                toolchain,
                worker,
                upload.bytes);
        return upload;
    }

    /** One on its way. */
    final class Upload implements AutoCloseable {
        private final ToolchainId toolchain;
        private final String worker;
        private final Path archive;
        private final long bytes;
        private final long beganNanos = nanoTime.getAsLong();
        private final AtomicLong sent = new AtomicLong();
        private final AtomicLong toldNanos = new AtomicLong(beganNanos);

        private Upload(ToolchainId toolchain, String worker, Path archive, long bytes) {
            this.toolchain = toolchain;
            this.worker = worker;
            this.archive = archive;
            this.bytes = bytes;
        }

        /** The archive, counted as it is read. */
        HttpEntity body() throws IOException {
            return new InputStreamEntity(new Counted(Files.newInputStream(archive)), bytes, TYPE);
        }

        private final class Counted extends FilterInputStream {
            Counted(InputStream in) {
                super(in);
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int n = super.read(buffer, offset, length);
                if (n > 0) {
                    sent.addAndGet(n);
                    tell();
                }
                return n;
            }
        }

        private void tell() {
            long now = nanoTime.getAsLong();
            long told = toldNanos.get();
            if (now - told >= TELL_EVERY.toNanos() && toldNanos.compareAndSet(told, now)) {
                LOG.log(
                        INFO,
                        "toolchain is sent: toolchain={0} to={1} percent={2}",
                        toolchain,
                        worker,
                        sent.get() * 100 / Math.max(1, bytes));
            }
        }

        private Progress progress() {
            return new Progress(toolchain, worker, sent.get(), bytes);
        }

        @Override
        public void close() {
            underWay.remove(this);
            LOG.log(
                    INFO,
                    "toolchain upload over: toolchain={0} to={1} sent={2,number,#} millis={3,number,#}",
                    toolchain,
                    worker,
                    sent.get(),
                    Duration.ofNanos(nanoTime.getAsLong() - beganNanos).toMillis());
        }
    }
}
