package io.cachepot.node.http;

import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Hangs up on a body that is longer than the exchange's largest one. The HTTP library does that
 * where the length is told before, and not for chunks; and what nobody reads it reads itself, to
 * the end.
 */
final class BodyLimit extends AbstractStreamSourceConduit<StreamSourceConduit> {
    private final HttpServerExchange exchange;
    private long bytes;

    BodyLimit(StreamSourceConduit next, HttpServerExchange exchange) {
        super(next);
        this.exchange = exchange;
    }

    /** Has every body of {@code exchange} pass here. */
    static void watch(HttpServerExchange exchange) {
        exchange.addRequestWrapper((factory, each) -> new BodyLimit(factory.create(), each));
    }

    private long counted(long count) throws IOException {
        bytes += Math.max(0, count);
        long most = exchange.getMaxEntitySize();
        if (most > 0 && bytes > most) {
            UnwantedBody.hangUp(exchange);
            throw new IOException("the body is longer than " + most + " bytes");
        }
        return count;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return (int) counted(super.read(target));
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        return counted(super.read(targets, offset, length));
    }

    @Override
    public long transferTo(long position, long count, FileChannel target) throws IOException {
        return counted(super.transferTo(position, count, target));
    }

    @Override
    public long transferTo(long count, ByteBuffer through, StreamSinkChannel target)
            throws IOException {
        long transferred = super.transferTo(count, through, target);
        counted(Math.max(0, transferred) + through.remaining());
        return transferred;
    }
}
