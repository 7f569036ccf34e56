package io.cachepot.node.grid.secure;

import com.hazelcast.internal.networking.Channel;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One connection's engine, which its inbound and outbound handlers share; they run on different
 * threads, so each call of the engine is made under the lock.
 */
final class TlsLink {
    final SSLEngine engine;
    private final Channel channel;
    private final MemberTls tls;
    private final Executor tasks;
    private final Runnable onKnown;
    private @Nullable Peer peer;
    private boolean isWorking;

    /**
     * @param tasks runs what takes long: checks of certificates and signatures
     * @param onKnown once, when it is known who is there
     */
    TlsLink(Channel channel, MemberTls tls, Executor tasks, Runnable onKnown) {
        this.channel = channel;
        this.tls = tls;
        this.tasks = tasks;
        this.onKnown = onKnown;
        engine = tls.engine(channel.isClientMode());
    }

    /** Whether bytes of the grid may pass. Under the lock. */
    boolean isKnown() {
        return peer != null;
    }

    /**
     * Does what the handshake waits for beside reading and writing. Under the lock.
     *
     * @return whether the caller has to wait until it is woken
     */
    @SuppressWarnings("unchecked") // the map is raw
    boolean settle() throws SSLException {
        HandshakeStatus status = engine.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_TASK) {
            startTask();
        } else if (status == HandshakeStatus.NOT_HANDSHAKING && peer == null && isNegotiated()) {
            peer = tls.peer(engine.getSession());
            channel.attributeMap().put(Peer.class, peer);
            onKnown.run();
            wakeBoth();
        }
        return isWorking;
    }

    private boolean isNegotiated() {
        return !engine.getSession().getProtocol().equals("NONE");
    }

    private void startTask() {
        Runnable task = isWorking ? null : engine.getDelegatedTask();
        if (task == null) {
            return;
        }
        isWorking = true;
        tasks.execute(() -> {
            task.run();
            synchronized (this) {
                isWorking = false;
            }
            wakeBoth();
        });
    }

    void wakeBoth() {
        wakeInbound();
        wakeOutbound();
    }

    void wakeInbound() {
        channel.inboundPipeline().wakeup();
    }

    void wakeOutbound() {
        channel.outboundPipeline().wakeup();
    }

    boolean isClosed() {
        return channel.isClosed();
    }
}
