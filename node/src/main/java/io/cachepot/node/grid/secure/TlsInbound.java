package io.cachepot.node.grid.secure;

import static com.hazelcast.internal.networking.HandlerStatus.BLOCKED;
import static com.hazelcast.internal.networking.HandlerStatus.CLEAN;
import static com.hazelcast.internal.networking.HandlerStatus.DIRTY;

import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.InboundHandler;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** First of the inbound handlers: decrypts what the socket gave for the next one. */
final class TlsInbound extends InboundHandler<ByteBuffer, ByteBuffer> {
    private final TlsLink link;

    /** Decrypted, and not yet taken by the next handler; ready to be read. */
    private final ByteBuffer plain;

    TlsInbound(TlsLink link) {
        this.link = link;
        plain = ByteBuffer.allocate(link.engine.getSession().getApplicationBufferSize()).flip();
    }

    @Override
    public void handlerAdded() {
        // At least one whole record, or it could never be decrypted.
        initSrcBuffer(2 * link.engine.getSession().getPacketBufferSize());
    }

    @Override
    public HandlerStatus onRead() throws Exception {
        if (pass()) {
            return DIRTY;
        }
        src.flip();
        try {
            synchronized (link) {
                return read();
            }
        } finally {
            src.compact();
        }
    }

    private HandlerStatus read() throws SSLException {
        while (!link.isClosed()) {
            if (link.settle()) {
                return BLOCKED;
            }
            if (link.engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                link.wakeOutbound();
                return BLOCKED;
            }
            if (plain.hasRemaining() && !link.isKnown()) {
                throw new SSLException("bytes of the grid before the handshake's end");
            }
            plain.clear();
            SSLEngineResult result;
            try {
                result = link.engine.unwrap(src, plain);
            } finally {
                plain.flip();
            }
            switch (result.getStatus()) {
                case CLOSED -> throw new SSLException("closed by the peer");
                case BUFFER_UNDERFLOW -> {
                    return link.settle() ? BLOCKED : CLEAN;
                }
                case BUFFER_OVERFLOW -> throw new SSLException("a record that is too large");
                case OK -> {
                    if (plain.hasRemaining()) {
                        link.settle();
                        return DIRTY;
                    }
                    if (result.bytesConsumed() == 0
                            && result.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING) {
                        link.settle();
                        return CLEAN;
                    }
                }
            }
        }
        return CLEAN;
    }

    /** Hands on what is decrypted; whether some of it is left. */
    private boolean pass() {
        synchronized (link) {
            if (!plain.hasRemaining() || dst == null || !link.isKnown()) {
                return false;
            }
        }
        int count = Math.min(plain.remaining(), dst.remaining());
        dst.put(plain.slice(plain.position(), count));
        plain.position(plain.position() + count);
        return plain.hasRemaining() && !link.isClosed();
    }
}
