package io.cachepot.node.http;

import io.cachepot.node.auth.ClientDoor;
import io.cachepot.node.scheduler.ClusterEvents;
import io.cachepot.protocol.ClusterEvent;
import io.cachepot.protocol.wire.Json;
import io.undertow.Handlers;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What happens in the cluster, as server-sent events (HTML standard, section 9.2). Who comes back
 * with {@code Last-Event-ID} gets what it missed, as far as that is kept; who reads too slowly is
 * hung up on, and comes back.
 */
final class EventStream implements HttpHandler {
    private static final long KEEP_ALIVE_MILLIS = 10_000;
    private static final int WATCHERS_MAX = 256;

    /** Events that are on their way to one watcher. */
    private static final int BEHIND_MAX = 8_192;

    private final ClusterEvents events;
    private final ClientDoor clients;
    private final AtomicInteger watchers = new AtomicInteger();
    private final Executor threads;
    private final HttpHandler stream = Handlers.serverSentEvents(this::connected);

    /**
     * @param threads may wait for whoever knows of tokens
     */
    EventStream(ClusterEvents events, ClientDoor clients, Executor threads) {
        this.threads = threads;
        this.events = events;
        this.clients = clients;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        exchange.dispatch(threads, () -> begin(exchange));
    }

    private void begin(HttpServerExchange exchange) {
        try {
            clients.check(Bearers.of(exchange));
            letIn(exchange);
        } catch (Exception e) { // the root of this thread: every request gets an answer
            Answers.send(exchange, Problem.of(exchange, e));
        }
    }

    private void letIn(HttpServerExchange exchange) throws Exception {
        if (watchers.get() >= WATCHERS_MAX) {
            Answers.send(
                    exchange,
                    Problem.of(
                            StatusCodes.SERVICE_UNAVAILABLE,
                            "unavailable",
                            WATCHERS_MAX + " watch the events already"));
            return;
        }
        stream.handleRequest(exchange);
    }

    private void connected(ServerSentEventConnection connection, @Nullable String lastEventId) {
        watchers.incrementAndGet();
        connection.setKeepAliveTime(KEEP_ALIVE_MILLIS);
        var watcher = new Watcher(connection);
        Runnable end = events.watch(watcher::send);
        connection.addCloseTask(_ -> {
            end.run();
            watchers.decrementAndGet();
        });
        if (lastEventId != null) {
            events.after(number(lastEventId)).forEach(watcher::send);
        }
    }

    /** One that is no number of ours gets all that is kept. */
    private static long number(String lastEventId) {
        try {
            return Long.parseLong(lastEventId);
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    private static final class Watcher implements ServerSentEventConnection.EventCallback {
        private final ServerSentEventConnection connection;
        private final AtomicInteger behind = new AtomicInteger();

        Watcher(ServerSentEventConnection connection) {
            this.connection = connection;
        }

        void send(ClusterEvent event) {
            if (!connection.isOpen()) {
                return;
            }
            if (behind.incrementAndGet() > BEHIND_MAX) {
                connection.shutdown();
                return;
            }
            connection.send(
                    new String(Json.encode(event), StandardCharsets.UTF_8),
                    event.type(),
                    Long.toString(event.number()),
                    this);
        }

        @Override
        public void done(
                ServerSentEventConnection to,
                @Nullable String data,
                @Nullable String event,
                @Nullable String id) {
            behind.decrementAndGet();
        }

        @Override
        public void failed(
                ServerSentEventConnection to,
                @Nullable String data,
                @Nullable String event,
                @Nullable String id,
                IOException e) {
            behind.decrementAndGet();
        }
    }
}
