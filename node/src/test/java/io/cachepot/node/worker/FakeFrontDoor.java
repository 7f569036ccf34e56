package io.cachepot.node.worker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.AllocJobResponse;
import io.cachepot.protocol.Grant;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.auth.JobTicket;
import io.cachepot.protocol.auth.JobTokenSigner;
import io.cachepot.protocol.http.Headers;
import io.cachepot.protocol.http.Routes;
import io.cachepot.protocol.wire.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A worker's HTTPS and a scheduler that grants all of it, both on the JDK's small server. */
final class FakeFrontDoor implements AutoCloseable {
    private final WorkerService service;
    private final JobTokenSigner signer = new JobTokenSigner();
    private final SecureRandom random = new SecureRandom();
    private final WorkerCertificate certificate =
            WorkerCertificate.create("127.0.0.1", random, Instant.now());
    private final SchedulerKeys keys =
            new SchedulerKeys(Jobs.SELF.tokenKeys(), InstantSource.system(), System::nanoTime);
    private final TicketDoor door = new TicketDoor(Jobs.SELF, keys);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer scheduler;
    private final HttpsServer worker;

    FakeFrontDoor(WorkerService service) throws IOException {
        this.service = service;
        keys.heard(List.of(signer.publicKey()));
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        scheduler = HttpServer.create(anyPort, 0);
        scheduler.createContext(Routes.ALLOC_JOB, closing(this::alloc));
        worker = HttpsServer.create(anyPort, 0);
        worker.setHttpsConfigurator(new HttpsConfigurator(certificate.sslContext()));
        worker.createContext(Routes.SUBMIT_TOOLCHAIN, closing(this::submitToolchain));
        worker.createContext(Routes.RUN_JOB, closing(this::runJob));
        for (HttpServer server : List.of(scheduler, worker)) {
            server.setExecutor(threads);
            server.start();
        }
    }

    URI schedulerUrl() {
        return URI.create("http://127.0.0.1:" + scheduler.getAddress().getPort() + "/");
    }

    private void alloc(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        var request = Json.decode(body, AllocJobRequest.class);
        var grants = new ArrayList<Grant>();
        for (int i = 0; i < request.count(); i++) {
            grants.add(grant(request));
        }
        answer(exchange, new AllocJobResponse.Granted(grants));
    }

    private Grant grant(AllocJobRequest request) {
        var ticket =
                new JobTicket(
                        JobId.random(random),
                        Jobs.SELF.id(),
                        Jobs.SELF.incarnation(),
                        request.toolchain(),
                        Instant.now().plusSeconds(60));
        return new Grant(
                ticket.job(),
                ticket.worker(),
                "https://127.0.0.1:" + worker.getAddress().getPort() + "/",
                certificate.digest(),
                signer.sign(ticket, Jobs.TOKEN_KEY),
                60_000,
                /* toolchainPresent= */ true);
    }

    private interface Interruptible {
        void handle(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private static HttpHandler closing(Interruptible handler) {
        return exchange -> {
            try (exchange) {
                handler.handle(exchange);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };
    }

    private JobTicket ticket(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        String bearer = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
        return door.check(
                bearer.substring(Headers.BEARER.length()),
                new JobId(path.substring(path.lastIndexOf('/') + 1)));
    }

    private void submitToolchain(HttpExchange exchange) throws IOException, InterruptedException {
        answer(exchange, service.submitToolchain(ticket(exchange), exchange.getRequestBody()));
    }

    private void runJob(HttpExchange exchange) throws IOException, InterruptedException {
        JobTicket ticket = ticket(exchange);
        exchange.getResponseHeaders().set(Headers.PROTOCOL, "1");
        exchange.sendResponseHeaders(200, 0);
        service.runJob(ticket, exchange.getRequestBody(), exchange.getResponseBody());
    }

    private static void answer(HttpExchange exchange, Object message) throws IOException {
        byte[] bytes = Json.encode(message);
        exchange.getResponseHeaders().set(Headers.PROTOCOL, "1");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        scheduler.stop(0);
        worker.stop(0);
        threads.close();
    }
}
