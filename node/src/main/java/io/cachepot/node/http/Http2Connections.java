package io.cachepot.node.http;

import static java.lang.System.Logger.Level.DEBUG;

import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.protocols.http2.Http2Channel;
import io.undertow.server.ConnectorStatistics;
import io.undertow.server.DelegateOpenListener;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http2.Http2ReceiveListener;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;

/**
 * Connections that agreed on HTTP/2. The library's own listener, of which this is the short form,
 * announces how many streams a peer may have open and lets it have any number; it logs what its
 * parser trips over as a failure of ours, and leaves the connection open; and it hangs up on
 * whoever only listens to events for a minute.
 */
final class Http2Connections implements DelegateOpenListener {
    private static final System.Logger LOG = System.getLogger(Http2Connections.class.getName());

    private static final int STREAMS_MAX = 64;
    private static final int RESETS_MAX = 100;
    private static final int RESETS_MILLIS = 10_000;

    private final ByteBufferPool buffers;
    private final HttpHandler handler;
    private final int idleMillisMax;
    private final OptionMap options;

    /**
     * @param options of HTTP, which hold for each stream
     * @param idleMillisMax after which a connection on which nothing moves is closed
     */
    Http2Connections(
            ByteBufferPool buffers, OptionMap options, int idleMillisMax, HttpHandler handler) {
        this.buffers = buffers;
        this.handler = handler;
        this.idleMillisMax = idleMillisMax;
        this.options =
                OptionMap.builder()
                        .addAll(options)
                        .set(UndertowOptions.HTTP2_SETTINGS_ENABLE_PUSH, false)
                        .set(UndertowOptions.HTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, STREAMS_MAX)
                        .set(UndertowOptions.MAX_RST_FRAMES_PER_WINDOW, RESETS_MAX)
                        .set(UndertowOptions.RST_FRAMES_TIME_WINDOW, RESETS_MILLIS)
                        .getMap();
    }

    @Override
    public void handleEvent(StreamConnection connection) {
        handleEvent(connection, null);
    }

    @Override
    public void handleEvent(StreamConnection connection, @Nullable PooledByteBuffer received) {
        var channel = new Http2Channel(connection, null, buffers, received, false, false, options);
        channel.setIdleTimeout(idleMillisMax);
        var requests =
                new Http2ReceiveListener(
                        new Streams(handler), options, buffers.getBufferSize(), null);
        channel.getReceiveSetter()
                .set(each -> {
                    try {
                        requests.handleEvent(each);
                    } catch (RuntimeException e) { // of the parser, for what it was sent
                        LOG.log(
                                DEBUG,
                                "no HTTP/2: peer={0} reason={1}",
                                each.getPeerAddress(),
                                e.toString());
                        IoUtils.safeClose(each);
                    }
                });
        channel.resumeReceives();
    }

    /** The streams of one connection; those beyond the announced number are reset. */
    private static final class Streams implements HttpHandler {
        private final HttpHandler next;
        private final AtomicInteger open = new AtomicInteger();

        Streams(HttpHandler next) {
            this.next = next;
        }

        @Override
        public void handleRequest(HttpServerExchange exchange) throws Exception {
            if (open.incrementAndGet() > STREAMS_MAX) {
                open.decrementAndGet();
                reset(exchange);
                return;
            }
            exchange.addExchangeCompleteListener((_, following) -> {
                open.decrementAndGet();
                following.proceed();
            });
            next.handleRequest(exchange);
        }

        /** What the library makes of closing a connection that is a stream. */
        private static void reset(HttpServerExchange exchange) throws IOException {
            exchange.getConnection().close();
        }
    }

    @Override
    public HttpHandler getRootHandler() {
        return handler;
    }

    @Override
    public void setRootHandler(HttpHandler other) {
        throw new UnsupportedOperationException("it is final");
    }

    @Override
    public OptionMap getUndertowOptions() {
        return options;
    }

    @Override
    public void setUndertowOptions(OptionMap others) {
        throw new UnsupportedOperationException("they are final");
    }

    @Override
    public ByteBufferPool getBufferPool() {
        return buffers;
    }

    @Override
    public @Nullable ConnectorStatistics getConnectorStatistics() {
        return null;
    }
}
