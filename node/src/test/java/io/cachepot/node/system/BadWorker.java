package io.cachepot.node.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.cachepot.config.SchedulerAuth;
import io.cachepot.config.Secret;
import io.cachepot.node.worker.SchedulerKeys;
import io.cachepot.node.worker.WorkerCertificate;
import io.cachepot.node.worker.WorkerIdentity;
import io.cachepot.node.worker.WorkerReporter;
import io.cachepot.node.worker.WorkerStatus;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.auth.TokenKeyPair;
import io.cachepot.protocol.http.Routes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Looks like a worker to schedulers, and does with jobs what a test says. */
final class BadWorker implements AutoCloseable {
    private static final int JOBS_MAX = 4;

    private final WorkerReporter reporter;
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger jobs = new AtomicInteger();
    private final String address;

    /** Deals with a request that came with the right token or not. */
    @FunctionalInterface
    interface Manner {
        void answer(HttpExchange exchange) throws IOException, InterruptedException;
    }

    /** Joins {@code cluster}, and waits until its scheduler knows it. */
    BadWorker(Cluster cluster, Manner manner) throws Exception {
        var random = new SecureRandom();
        var certificate = WorkerCertificate.create("127.0.0.1", random, Instant.now());
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate.sslContext()));
        server.createContext(
                Routes.RUN_JOB,
                exchange -> {
                    jobs.incrementAndGet();
                    try (exchange) {
                        manner.answer(exchange);
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                });
        server.setExecutor(threads);
        server.start();
        address = "127.0.0.1:" + server.getAddress().getPort();
        var identity =
                new WorkerIdentity(
                        new WorkerId(address),
                        1,
                        URI.create("https://" + address + "/"),
                        certificate.pem(),
                        TokenKeyPair.create(),
                        JOBS_MAX,
                        0,
                        "bad");
        reporter =
                new WorkerReporter(
                        identity,
                        new WorkerStatus(JOBS_MAX),
                        List::of,
                        List::of,
                        new SchedulerAuth.JwtToken(Secret.of(cluster.workerToken(address))),
                        List.of(URI.create(cluster.schedulerUrl())),
                        new SchedulerKeys(
                                identity.tokenKeys(), InstantSource.system(), System::nanoTime),
                        (_, _) -> {},
                        _ -> {});
        reporter.start();
        cluster.awaitJoined(address);
    }

    /** How many jobs came. */
    int jobs() {
        return jobs.get();
    }

    String address() {
        return address;
    }

    @Override
    public void close() {
        reporter.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
