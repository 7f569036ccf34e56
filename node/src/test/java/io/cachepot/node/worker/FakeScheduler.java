package io.cachepot.node.worker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cachepot.protocol.ErrorBody;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.WorkerReportReply;
import io.cachepot.protocol.http.Headers;
import io.cachepot.protocol.http.Routes;
import io.cachepot.protocol.wire.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Takes reports on a real socket, and answers as it is told. */
final class FakeScheduler implements AutoCloseable {
    /** One request that came. */
    record Heard(String authorization, String protocol, WorkerReport report) {}

    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();

    /** Written by the test, read by the server. */
    private volatile WorkerReportReply reply =
            new WorkerReportReply(true, List.of(), List.of(), "grid", List.of(), List.of());

    /** Written by the test, read by the server. */
    private volatile boolean isRefusing;

    FakeScheduler() throws IOException {
        this(0);
    }

    FakeScheduler(int port) throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        http.createContext(Routes.HEARTBEAT_WORKER, this::handle);
        http.setExecutor(threads);
        http.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port() + "/");
    }

    int port() {
        return http.getAddress().getPort();
    }

    void reply(WorkerReportReply next) {
        reply = next;
    }

    void refuse(boolean isRefused) {
        isRefusing = isRefused;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set(Headers.PROTOCOL, "1");
            if (isRefusing) {
                answer(exchange, 401, new ErrorBody("unauthorized", "worker token is not valid"));
                return;
            }
            heard.add(
                    new Heard(
                            exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION),
                            exchange.getRequestHeaders().getFirst(Headers.PROTOCOL),
                            Json.decode(body, WorkerReport.class)));
            answer(exchange, 200, reply);
        }
    }

    private static void answer(HttpExchange exchange, int status, Object message)
            throws IOException {
        byte[] bytes = Json.encode(message);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** The next report that is as wanted; gives up after a minute. */
    Heard await(Predicate<WorkerReport> wanted) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (true) {
            Heard next = heard.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new AssertionError("no such report came within a minute");
            }
            if (wanted.test(next.report())) {
                return next;
            }
        }
    }

    @Override
    public void close() {
        http.stop(0);
        threads.close();
    }
}
