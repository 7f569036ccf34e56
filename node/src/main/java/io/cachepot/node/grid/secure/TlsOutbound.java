package io.cachepot.node.grid.secure;

import static com.hazelcast.internal.networking.HandlerStatus.BLOCKED;
import static com.hazelcast.internal.networking.HandlerStatus.CLEAN;
import static com.hazelcast.internal.networking.HandlerStatus.DIRTY;

import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.OutboundHandler;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** Last of the outbound handlers: encrypts what the ones before it wrote. */
final class TlsOutbound extends OutboundHandler<ByteBuffer, ByteBuffer> {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final TlsLink link;

    TlsOutbound(TlsLink link) {
        this.link = link;
    }

    @Override
    public void handlerAdded() {
        initDstBuffer(2 * link.engine.getSession().getPacketBufferSize());
    }

    @Override
    public HandlerStatus onWrite() throws Exception {
        dst.compact();
        try {
            synchronized (link) {
                return write();
            }
        } finally {
            dst.flip();
        }
    }

    private HandlerStatus write() throws SSLException {
        while (!link.isClosed()) {
            if (link.settle()) {
                return BLOCKED;
            }
            HandshakeStatus status = link.engine.getHandshakeStatus();
            boolean isHandshake = status == HandshakeStatus.NEED_WRAP || isToBegin();
            if (!isHandshake && !link.isKnown()) {
                link.wakeInbound();
                return BLOCKED;
            }
            if (!isHandshake && !src.hasRemaining()) {
                return CLEAN;
            }
            SSLEngineResult result = link.engine.wrap(link.isKnown() ? src : NOTHING, dst);
            switch (result.getStatus()) {
                case CLOSED -> throw new SSLException("closed");
                case BUFFER_OVERFLOW -> {
                    return DIRTY; // the socket takes some of it first
                }
                case BUFFER_UNDERFLOW, OK -> {
                    if (isHandshake) {
                        link.wakeInbound();
                    }
                }
            }
        }
        return CLEAN;
    }

    /** Whether this end speaks first and has not yet. */
    private boolean isToBegin() {
        return link.engine.getUseClientMode()
                && link.engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
                && link.engine.getSession().getProtocol().equals("NONE");
    }
}
