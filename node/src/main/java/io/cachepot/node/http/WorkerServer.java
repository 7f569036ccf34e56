package io.cachepot.node.http;

import io.cachepot.config.HostPort;
import io.cachepot.config.metrics.MetricsText;
import io.cachepot.node.auth.OneTokenDoor;
import io.cachepot.node.toolchain.Lease;
import io.cachepot.node.worker.TicketDoor;
import io.cachepot.node.worker.WorkerService;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.ErrorBody;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.auth.FetchTicket;
import io.cachepot.protocol.auth.JobTicket;
import io.cachepot.protocol.http.Headers;
import io.cachepot.protocol.http.Routes;
import io.undertow.Handlers;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** A worker's routes. */
public final class WorkerServer {
    /** Beside the jobs that run: toolchains that arrive, jobs whose inputs arrive. */
    private static final int STREAMS_BESIDE = 64;

    /** More than jobs of one client that wait here, also of many clients behind one address. */
    private static final int CONNECTIONS_OF_A_PEER_MAX = 1_024;

    private final WorkerService service;
    private final TicketDoor door;
    private final MetricsText metrics;
    private final OneTokenDoor metricsDoor;

    private WorkerServer(
            WorkerService service, TicketDoor door, MetricsText metrics, OneTokenDoor metricsDoor) {
        this.service = service;
        this.door = door;
        this.metrics = metrics;
        this.metricsDoor = metricsDoor;
    }

    /**
     * A server that is not started yet.
     *
     * @param jobsMax how many jobs the worker runs at once
     */
    public static HttpServer of(
            HostPort bind,
            SSLContext tls,
            WorkerService service,
            TicketDoor door,
            MetricsText metrics,
            OneTokenDoor metricsDoor,
            int jobsMax) {
        var server = new WorkerServer(service, door, metrics, metricsDoor);
        return new HttpServer(
                bind,
                Optional.of(tls),
                HttpServer.Versions.HTTP_1_1,
                new ConnectionLimit(CONNECTIONS_OF_A_PEER_MAX, List.of()),
                new ProtocolHandler(server.routes()),
                2 * jobsMax + STREAMS_BESIDE);
    }

    private HttpHandler routes() {
        String id = Parameters.PATTERN;
        return Health.addTo(Handlers.routing(), service::troubles)
                .post(Routes.SUBMIT_TOOLCHAIN + id, new StreamHandler(this::submitToolchain))
                .post(Routes.RUN_JOB + id, new StreamHandler(this::runJob))
                .get(Routes.FETCH_TOOLCHAIN + id, new StreamHandler(this::fetchToolchain))
                .get(Routes.FETCH_RESULT + id, new StreamHandler(this::fetchResult))
                .get(Routes.METRICS, new StreamHandler(this::metrics))
                .setFallbackHandler(Fallbacks::unknownPath)
                .setInvalidMethodHandler(Fallbacks::wrongMethod);
    }

    /** Whoever has one may send as much as its job and toolchain take, which is bounded there. */
    private JobTicket ticket(HttpServerExchange exchange) {
        JobTicket ticket = door.check(Bearers.of(exchange), Parameters.of(exchange, JobId::new));
        exchange.setMaxEntitySize(-1);
        return ticket;
    }

    private void submitToolchain(HttpServerExchange exchange) throws InterruptedException {
        JobTicket ticket = ticket(exchange);
        Answers.send(exchange, service.submitToolchain(ticket, exchange.getInputStream()));
    }

    private void runJob(HttpServerExchange exchange) throws IOException, InterruptedException {
        JobTicket ticket = ticket(exchange);
        exchange.getResponseHeaders().put(io.undertow.util.Headers.CONTENT_TYPE, Headers.PARTS);
        service.runJob(ticket, exchange.getInputStream(), exchange.getOutputStream());
    }

    private void fetchToolchain(HttpServerExchange exchange) throws IOException {
        ToolchainId toolchain = Parameters.of(exchange, ToolchainId::fromHex);
        door.checkFetch(Bearers.of(exchange), FetchTicket.Kind.TOOLCHAIN, toolchain.digest());
        Optional<Lease> here = service.toolchain(toolchain);
        if (here.isEmpty()) {
            notFound(exchange, "toolchain", toolchain);
            return;
        }
        try (Lease lease = here.get();
                InputStream archive = Files.newInputStream(lease.archive())) {
            exchange.setResponseContentLength(Files.size(lease.archive()));
            send(exchange, Headers.OCTETS, archive);
        }
    }

    private void fetchResult(HttpServerExchange exchange) throws IOException {
        Digest key = Parameters.of(exchange, Digest::fromHex);
        door.checkFetch(Bearers.of(exchange), FetchTicket.Kind.RESULT, key);
        Optional<InputStream> kept = service.result(key);
        if (kept.isEmpty()) {
            notFound(exchange, "result", key);
            return;
        }
        try (InputStream result = kept.get()) {
            send(exchange, Headers.PARTS, result);
        }
    }

    private void metrics(HttpServerExchange exchange) {
        metricsDoor.check(Bearers.of(exchange));
        Answers.send(exchange, new Text(MetricsText.CONTENT_TYPE, metrics.now()));
    }

    private static void send(HttpServerExchange exchange, String type, InputStream content)
            throws IOException {
        exchange.getResponseHeaders().put(io.undertow.util.Headers.CONTENT_TYPE, type);
        content.transferTo(exchange.getOutputStream());
    }

    private static void notFound(HttpServerExchange exchange, String what, Object which) {
        exchange.setStatusCode(StatusCodes.NOT_FOUND);
        Answers.send(
                exchange, new ErrorBody("not_found", what + " " + which + " is not kept here"));
    }
}
