package io.cachepot.node.grid.secure;

import static java.lang.System.Logger.Level.WARNING;

import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.networking.ChannelInitializer;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Puts TLS around whatever speaks on a channel, and closes those who do not get through it. */
final class MemberOnly implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MemberOnly.class.getName());
    private static final long HANDSHAKE_SECONDS_MAX = 5;
    private static final int UNKNOWN_MAX = 256;

    private final MemberTls tls;
    private final AtomicInteger unknown = new AtomicInteger();
    private final ExecutorService tasks =
            Executors.newFixedThreadPool(
                    2, Thread.ofPlatform().name("grid-tls-", 0).daemon().factory());
    private final ScheduledExecutorService deadlines =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("grid-tls-deadlines").daemon().factory());

    MemberOnly(MemberTls tls) {
        this.tls = tls;
    }

    ChannelInitializer around(ChannelInitializer stock) {
        return channel -> begin(channel, stock);
    }

    private void begin(Channel channel, ChannelInitializer stock) throws Exception {
        var isCounted = new AtomicBoolean(true);
        Runnable known =
                () -> {
                    if (isCounted.compareAndSet(true, false)) {
                        unknown.decrementAndGet();
                    }
                };
        if (unknown.incrementAndGet() > UNKNOWN_MAX) {
            known.run();
            throw new IOException(UNKNOWN_MAX + " connections are without a name already");
        }
        channel.addCloseListener(_ -> known.run());
        var _ =
                deadlines.schedule(
                        () -> expire(channel, isCounted), HANDSHAKE_SECONDS_MAX, TimeUnit.SECONDS);
        var link = new TlsLink(channel, tls, tasks, known);
        channel.inboundPipeline().addLast(new TlsInbound(link));
        stock.initChannel(channel);
        channel.outboundPipeline().addLast(new TlsOutbound(link));
        link.wakeOutbound();
    }

    private static void expire(Channel channel, AtomicBoolean isUnknown) {
        if (!isUnknown.get() || channel.isClosed()) {
            return;
        }
        LOG.log(
                WARNING,
                "connection closed, its peer did not show a certificate in {0} s: {1}",
                HANDSHAKE_SECONDS_MAX,
                channel.remoteSocketAddress());
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(WARNING, "not closed: {0}", e.toString());
        }
    }

    @Override
    public void close() {
        tasks.shutdown();
        deadlines.shutdownNow();
    }
}
