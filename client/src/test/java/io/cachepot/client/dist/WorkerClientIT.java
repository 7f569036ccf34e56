package io.cachepot.client.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.cachepot.client.cache.OutputFiles;
import io.cachepot.client.cache.Target;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.ErrorBody;
import io.cachepot.protocol.Grant;
import io.cachepot.protocol.InputEntry;
import io.cachepot.protocol.Job;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.ProtocolVersion;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.http.Headers;
import io.cachepot.protocol.wire.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.BiConsumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against workers that freeze at each point of an exchange. */
@Timeout(60)
class WorkerClientIT {
    private static final String PASSWORD = "password";
    private static final Duration SILENCE_MAX = Duration.ofMillis(200);

    /** More than sockets hold. */
    private static final int LARGE = 64 << 20;

    @TempDir private static Path keys;
    private static KeyStore keyStore;
    private static Digest certificate;

    @TempDir private Path directory;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final CountDownLatch isOver = new CountDownLatch(1);
    private SSLContext context;
    private HttpsServer server;

    @BeforeAll
    static void makeCertificate() throws Exception {
        Path file = keys.resolve("keys.p12");
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var process =
                new ProcessBuilder(
                                keytool,
                                "-genkeypair",
                                "-alias",
                                "worker",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=worker",
                                "-storepass",
                                PASSWORD,
                                "-keystore",
                                file.toString())
                        .inheritIO()
                        .start();
        assertThat(process.waitFor()).isZero();
        keyStore = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        certificate = Digest.of(keyStore.getCertificate("worker").getEncoded());
    }

    @BeforeEach
    void start() throws Exception {
        var managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keyStore, PASSWORD.toCharArray());
        context = SSLContext.getInstance("TLSv1.3");
        context.init(managers.getKeyManagers(), null, null);
        server = serve(context, InetAddress.getLoopbackAddress());
    }

    private static HttpsServer serve(SSLContext context, InetAddress address) throws IOException {
        var server = HttpsServer.create(new InetSocketAddress(address, 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.setExecutor(task -> Thread.ofVirtual().start(task));
        server.start();
        return server;
    }

    @AfterEach
    void end() {
        isOver.countDown();
        server.stop(0);
        timer.shutdownNow();
    }

    private WorkerClient client(int port, Duration silenceMax) {
        return client("127.0.0.1", port, silenceMax);
    }

    private WorkerClient client(String host, int port, Duration silenceMax) {
        return new WorkerClient(
                "https://" + host + ":" + port + "/",
                certificate,
                new Uploads(System::nanoTime),
                timer,
                silenceMax);
    }

    private WorkerClient client(Duration silenceMax) {
        return client(server.getAddress().getPort(), silenceMax);
    }

    private RemoteJob job(int sizeBytes) throws IOException {
        Path source = Files.write(directory.resolve("a.c"), new byte[sizeBytes]);
        Digest digest = Digest.of(Files.readAllBytes(source));
        return new RemoteJob(
                new Job(
                        new ToolchainId(certificate),
                        "/usr/bin/gcc",
                        List.of("gcc", "-c", "/a.c", "-o", "/a.o"),
                        "/",
                        Map.of(),
                        List.of(new InputEntry.File("/a.c", digest, sizeBytes, false)),
                        List.of("/a.o"),
                        10_000),
                certificate,
                Map.of(digest, source),
                List.of(new Target(directory.resolve("a.o"), true)));
    }

    private WorkerClient.Answer run(WorkerClient client, int sizeBytes) throws Exception {
        RemoteJob job = job(sizeBytes);
        var grant =
                new Grant(
                        JobId.random(new SecureRandom()),
                        new WorkerId("127.0.0.1:1"),
                        "https://127.0.0.1/",
                        certificate,
                        "token",
                        1_000,
                        true);
        try (var outputs = new OutputFiles(022)) {
            return client.runJob(
                    grant, job, job.sources().keySet(), () -> directory.resolve("spool"), outputs);
        }
    }

    private void awaitEnd() {
        try {
            isOver.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void head(HttpExchange exchange, int status, long length) throws IOException {
        exchange.getResponseHeaders()
                .set(Headers.PROTOCOL, Integer.toString(ProtocolVersion.CURRENT));
        exchange.sendResponseHeaders(status, length);
    }

    private static void refuse(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        byte[] body = Json.encode(new ErrorBody("stale", "come again"));
        head(exchange, 409, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void aWorkerMayHaveAnAddressOfSixteenBytes() throws Exception {
        // Given
        var six = serve(context, InetAddress.ofLiteral("::1"));
        six.createContext("/", WorkerClientIT::refuse);
        try (var client = client("[::1]", six.getAddress().getPort(), Duration.ofSeconds(10))) {
            // When
            assertThatThrownBy(() -> run(client, 10))
                    // Then
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("come again");
        } finally {
            six.stop(0);
        }
    }

    @Test
    void oneThatIsFrozenBeforeTheHandshakeIsGivenUp() throws Exception {
        // Given: the kernel takes connections, nobody else does
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = client(socket.getLocalPort(), SILENCE_MAX)) {
            // When
            assertThatThrownBy(() -> run(client, 10))
                    // Then
                    .isInstanceOf(DistException.class)
                    .hasMessageContaining("job not run");
        }
    }

    @Test
    void oneThatDoesNotAnswerIsGivenUp() throws Exception {
        // Given
        server.createContext(
                "/",
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    awaitEnd();
                });
        try (var client = client(SILENCE_MAX)) {
            // When
            assertThatThrownBy(() -> run(client, 10))
                    // Then
                    .isInstanceOf(DistException.class)
                    .hasMessageContaining("job not run: nothing heard");
        }
    }

    @Test
    void oneThatFallsSilentInItsAnswerIsGivenUp() throws Exception {
        // Given
        server.createContext(
                "/",
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    head(exchange, 200, 0);
                    exchange.getResponseBody().write(new byte[] {67, 80});
                    exchange.getResponseBody().flush();
                    awaitEnd();
                });
        try (var client = client(SILENCE_MAX)) {
            // When
            assertThatThrownBy(() -> run(client, 10))
                    // Then
                    .isInstanceOf(DistException.class)
                    .hasMessageContaining("job not run: nothing heard");
        }
    }

    /** Runs a job that the worker never answers, ends it, and says what came of it. */
    private ExecutionException ended(int sizeBytes, BiConsumer<WorkerClient, Thread> end)
            throws Exception {
        var isAsked = new CountDownLatch(1);
        server.createContext(
                "/",
                _ -> {
                    isAsked.countDown();
                    awaitEnd();
                });
        try (var client = client(Duration.ofHours(1))) {
            var result = new CompletableFuture<WorkerClient.Answer>();
            Thread thread =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    result.complete(run(client, sizeBytes));
                                } catch (Exception e) {
                                    result.completeExceptionally(e);
                                }
                            });
            isAsked.await();
            end.accept(client, thread);
            return catchThrowableOfType(ExecutionException.class, result::get);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, LARGE})
    void whoIsNotWaitedForStopsAtOnce(int sizeBytes) throws Exception {
        // When: it waits for an answer, or for the worker to take more
        ExecutionException failure = ended(sizeBytes, (_, thread) -> thread.interrupt());

        // Then
        assertThat(failure).hasCauseInstanceOf(InterruptedException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, LARGE})
    void whatIsUnderWayEndsWithTheClient(int sizeBytes) throws Exception {
        // When
        ExecutionException failure = ended(sizeBytes, (client, _) -> client.close());

        // Then
        assertThat(failure).hasCauseInstanceOf(DistException.class);
    }

    @Test
    void oneConnectionDoesForWhatIsAskedOneAfterTheOther() throws Exception {
        // Given
        Set<InetSocketAddress> peers = new HashSet<>();
        server.createContext(
                "/",
                exchange -> {
                    peers.add(exchange.getRemoteAddress());
                    refuse(exchange);
                });
        try (var client = client(Duration.ofSeconds(10))) {
            for (int i = 0; i < 3; i++) {
                // When
                assertThatThrownBy(() -> run(client, 10))
                        // Then
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining("come again");
            }
        }
        assertThat(peers).hasSize(1);
    }
}
