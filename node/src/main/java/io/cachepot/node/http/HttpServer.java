package io.cachepot.node.http;

import io.cachepot.config.HostPort;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.xnio.Options;
import org.xnio.Sequence;

/** One port, and what is served there. */
public final class HttpServer implements AutoCloseable {
    private static final int IO_THREADS = 2;
    private static final int HEADER_BYTES_MAX = 64 << 10;
    private static final int HEADERS_MAX = 64;
    private static final int REQUEST_PARSE_MILLIS_MAX = 10_000;
    private static final int IDLE_MILLIS_MAX = 120_000;

    /** Of a client in the middle of its request; how long the answer takes does not count. */
    private static final int SILENCE_MILLIS_MAX = 60_000;

    private final HostPort bind;
    private final Undertow undertow;

    /**
     * @param tls plain HTTP if absent
     * @param threads how many requests with streamed bodies are served at once; others have a
     *     virtual thread each
     */
    HttpServer(HostPort bind, Optional<SSLContext> tls, HttpHandler handler, int threads) {
        this.bind = bind;
        Undertow.Builder builder =
                Undertow.builder()
                        .setIoThreads(IO_THREADS)
                        .setWorkerThreads(threads)
                        .setServerOption(UndertowOptions.MAX_HEADER_SIZE, HEADER_BYTES_MAX)
                        .setServerOption(UndertowOptions.MAX_HEADERS, HEADERS_MAX)
                        .setServerOption(
                                UndertowOptions.REQUEST_PARSE_TIMEOUT, REQUEST_PARSE_MILLIS_MAX)
                        .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS_MAX)
                        .setSocketOption(Options.READ_TIMEOUT, SILENCE_MILLIS_MAX)
                        .setServerOption(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                        // Each handler has a bound of its own; the default would cut toolchains.
                        .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                        .setHandler(handler);
        if (tls.isPresent()) {
            builder.setSocketOption(Options.SSL_ENABLED_PROTOCOLS, Sequence.of("TLSv1.3"));
            builder.addHttpsListener(bind.port(), bind.host(), tls.get());
        } else {
            builder.addHttpListener(bind.port(), bind.host());
        }
        undertow = builder.build();
    }

    /**
     * Begins to listen.
     *
     * @throws IOException when it can not; the message names the address and what to do
     */
    public void start() throws IOException {
        try {
            undertow.start();
        } catch (RuntimeException e) {
            Throwable reason = e.getCause() instanceof BindException refused ? refused : e;
            throw new IOException(
                    "can not listen on "
                            + bind
                            + ": "
                            + reason.getMessage()
                            + "; stop what listens there, or set another bind_addr or public_addr",
                    reason);
        }
    }

    /** Where it listens, also when the system chose the port. */
    public int port() {
        return ((InetSocketAddress) undertow.getListenerInfo().getFirst().getAddress()).getPort();
    }

    @Override
    public void close() {
        undertow.stop();
    }
}
