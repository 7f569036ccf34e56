package io.cachepot.node.http;

import io.cachepot.config.HostPort;
import io.undertow.UndertowOptions;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.DelegateOpenListener;
import io.undertow.server.HttpHandler;
import io.undertow.server.OpenListener;
import io.undertow.server.protocol.http.AlpnOpenListener;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.server.protocol.http2.Http2OpenListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioExecutor;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;
import org.xnio.ssl.SslConnection;

/**
 * One port, and what is served there. The parts of the HTTP library are put together here, where
 * its own builder would do but for one thing: it lets nobody look at a connection before its first
 * request, and whoever sends none is the one to count.
 */
public final class HttpServer implements AutoCloseable {
    private static final int IO_THREADS = 2;
    private static final int BACKLOG = 1_000;
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int BUFFERS_OF_A_THREAD = 4;
    private static final int HEADER_BYTES_MAX = 64 << 10;
    private static final int HEADERS_MAX = 64;
    private static final int HANDSHAKE_SECONDS_MAX = 10;
    private static final int REQUEST_PARSE_MILLIS_MAX = 10_000;
    private static final int IDLE_MILLIS_MAX = 120_000;

    /** Of a client in the middle of its request; how long the answer takes does not count. */
    private static final int SILENCE_MILLIS_MAX = 60_000;

    private static final OptionMap SERVER =
            OptionMap.builder()
                    .set(UndertowOptions.BUFFER_PIPELINED_DATA, true)
                    .set(UndertowOptions.MAX_HEADER_SIZE, HEADER_BYTES_MAX)
                    .set(UndertowOptions.MAX_HEADERS, HEADERS_MAX)
                    .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, REQUEST_PARSE_MILLIS_MAX)
                    .set(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS_MAX)
                    .set(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                    // Each handler has a bound of its own; the default would cut toolchains.
                    .set(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                    .getMap();

    private static final OptionMap SOCKETS =
            OptionMap.builder()
                    .set(Options.WORKER_IO_THREADS, IO_THREADS)
                    .set(Options.TCP_NODELAY, true)
                    .set(Options.REUSE_ADDRESSES, true)
                    .set(Options.BACKLOG, BACKLOG)
                    .set(Options.READ_TIMEOUT, SILENCE_MILLIS_MAX)
                    .getMap();

    private static final OptionMap TLS =
            OptionMap.builder()
                    .set(Options.USE_DIRECT_BUFFERS, true)
                    .setSequence(Options.SSL_ENABLED_PROTOCOLS, "TLSv1.3")
                    .getMap();

    private final HostPort bind;
    private final Optional<SSLContext> tls;
    private final ConnectionLimit limit;
    private final int threads;
    private final DefaultByteBufferPool buffers =
            new DefaultByteBufferPool(true, BUFFER_BYTES, -1, BUFFERS_OF_A_THREAD);
    private final OpenListener requests;
    private @Nullable Open open;

    private record Open(XnioWorker worker, AcceptingChannel<StreamConnection> port) {}

    /** Which versions of HTTP are spoken over TLS; without TLS it is HTTP/1.1 alone. */
    enum Versions {
        HTTP_1_1,
        HTTP_2_TOO
    }

    /**
     * @param tls plain HTTP if absent
     * @param limit of each peer
     * @param threads how many requests with streamed bodies are served at once; others have a
     *     virtual thread each
     */
    HttpServer(
            HostPort bind,
            Optional<SSLContext> tls,
            Versions versions,
            ConnectionLimit limit,
            HttpHandler handler,
            int threads) {
        this.bind = bind;
        this.tls = tls;
        this.limit = limit;
        this.threads = threads;
        var http = new HttpOpenListener(buffers, SERVER);
        http.setRootHandler(handler);
        requests = tls.isPresent() && versions == Versions.HTTP_2_TOO ? both(http, handler) : http;
    }

    private OpenListener both(DelegateOpenListener http, HttpHandler handler) {
        return new AlpnOpenListener(buffers, SERVER, http)
                .addProtocol(
                        Http2OpenListener.HTTP2,
                        new Http2Connections(buffers, SERVER, IDLE_MILLIS_MAX, handler),
                        1);
    }

    /**
     * Begins to listen.
     *
     * @throws IOException when it can not; the message names the address and what to do
     */
    public void start() throws IOException {
        Xnio xnio = Xnio.getInstance(HttpServer.class.getClassLoader());
        XnioWorker worker =
                xnio.createWorker(
                        OptionMap.builder()
                                .set(Options.WORKER_IO_THREADS, IO_THREADS)
                                .set(Options.WORKER_TASK_CORE_THREADS, threads)
                                .set(Options.WORKER_TASK_MAX_THREADS, threads)
                                .getMap());
        ChannelListener<StreamConnection> connections =
                tls.<ChannelListener<StreamConnection>>map(
                                context -> {
                                    var ssl = new UndertowXnioSsl(xnio, TLS, context);
                                    return connection -> acceptTls(ssl, connection);
                                })
                        .orElse(this::acceptPlain);
        try {
            var port =
                    worker.createStreamConnectionServer(
                            new InetSocketAddress(InetAddress.getByName(bind.host()), bind.port()),
                            ChannelListeners.<StreamConnection>openListenerAdapter(connections),
                            SOCKETS);
            open = new Open(worker, port);
            port.resumeAccepts();
        } catch (IOException e) {
            worker.shutdownNow();
            throw new IOException(
                    "can not listen on "
                            + bind
                            + ": "
                            + e.getMessage()
                            + "; stop what listens there, or set another bind_addr or public_addr",
                    e);
        }
    }

    /** Whose connection it is; empty, and it is closed, where that one has enough of them. */
    private Optional<InetAddress> admitted(StreamConnection connection) {
        InetSocketAddress peer = connection.getPeerAddress(InetSocketAddress.class);
        if (peer == null || !limit.isAdmitted(peer.getAddress())) {
            IoUtils.safeClose(connection);
            return Optional.empty();
        }
        return Optional.of(peer.getAddress());
    }

    private void acceptPlain(StreamConnection connection) {
        Optional<InetAddress> peer = admitted(connection);
        if (peer.isEmpty()) {
            return;
        }
        var hasEnded = new AtomicBoolean();
        Runnable end =
                () -> {
                    if (!hasEnded.getAndSet(true)) {
                        limit.ended(peer.get());
                    }
                };
        requests.handleEvent(connection);
        // The library has put a listener of its own there.
        ChannelListener<? super StreamConnection> theirs = connection.getCloseListener();
        connection.setCloseListener(each -> {
            end.run();
            ChannelListeners.invokeChannelListener(each, theirs);
        });
        if (!connection.isOpen()) {
            end.run();
        }
    }

    /** Its end is seen below TLS, where nobody else listens. */
    private void acceptTls(UndertowXnioSsl ssl, StreamConnection below) {
        Optional<InetAddress> peer = admitted(below);
        if (peer.isEmpty()) {
            return;
        }
        SslConnection connection = ssl.wrapExistingConnection(below, TLS, false);
        XnioExecutor.Key timeout =
                connection
                        .getIoThread()
                        .executeAfter(
                                () -> IoUtils.safeClose(connection),
                                HANDSHAKE_SECONDS_MAX,
                                TimeUnit.SECONDS);
        connection.getHandshakeSetter().set(_ -> timeout.remove());
        below.setCloseListener(_ -> {
            timeout.remove();
            limit.ended(peer.get());
        });
        requests.handleEvent(connection);
    }

    /** Where it listens, also when the system chose the port. */
    public int port() {
        if (open == null) {
            throw new IllegalStateException("not started");
        }
        return open.port.getLocalAddress(InetSocketAddress.class).getPort();
    }

    @Override
    public void close() {
        if (open != null) {
            IoUtils.safeClose(open.port);
            open.worker.shutdownNow();
        }
    }
}
