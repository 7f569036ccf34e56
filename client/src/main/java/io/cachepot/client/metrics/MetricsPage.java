package io.cachepot.client.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cachepot.client.auth.LoopbackName;
import io.cachepot.config.metrics.MetricsText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Answers {@code GET /metrics} on loopback, to whoever is on this machine: there are counts in it,
 * and no names of files.
 */
public final class MetricsPage implements AutoCloseable {
    private static final String PATH = "/metrics";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final MetricsText metrics;

    /**
     * @throws IOException when something else listens there
     */
    public MetricsPage(int port, MetricsText metrics) throws IOException {
        this.metrics = metrics;
        server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!LoopbackName.isUsedIn(exchange)) {
                send(exchange, 403, "text/plain", "this is localhost's\n");
            } else if (!exchange.getRequestURI().getPath().equals(PATH)) {
                send(exchange, 404, "text/plain", "nothing is here but " + PATH + "\n");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                send(exchange, 405, "text/plain", "GET " + PATH + "\n");
            } else {
                send(exchange, 200, MetricsText.CONTENT_TYPE, metrics.now());
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String type, String text)
            throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
