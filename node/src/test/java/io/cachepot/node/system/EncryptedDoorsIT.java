package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.node.system.Http2Peer.Frame;
import io.cachepot.protocol.http.Headers;
import io.cachepot.protocol.http.Routes;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A scheduler with a certificate of its own: over TLS it speaks HTTP/2 besides, whose frames are
 * ways to hurt it. After each attack it is well, and a developer's compile goes through.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EncryptedDoorsIT {
    private static final Duration ATTACK = Duration.ofSeconds(5);

    private Cluster cluster;
    private Process scheduler;
    private Developer developer;
    private SSLContext tls;
    private RawHttp raw;
    private int port;

    @BeforeAll
    void start() throws Exception {
        cluster = new Cluster();
        var certificate = new TestCertificate(cluster.directory());
        tls = certificate.context();
        cluster.trust(certificate.certificate());
        cluster.announce("https://" + cluster.schedulerAddress() + "/");
        scheduler =
                cluster.startScheduler(
                        """
                        type = "token"
                        token = "%s"
                        [tls]
                        certificate = "%s"
                        key = "%s"
                        """
                                .formatted(
                                        Cluster.CLIENT_TOKEN,
                                        certificate.certificate(),
                                        certificate.key()),
                        "");
        cluster.startWorker("worker", 2);
        developer = new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN);
        developer.set("SSL_CERT_FILE", certificate.certificate().toString());
        developer.setDist("small_local = false");
        port = URI.create(cluster.schedulerUrl()).getPort();
        raw =
                new RawHttp(() ->
                        tls.getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), port));
    }

    @AfterAll
    void stop() throws Exception {
        try (var _ = cluster) {
            developer.close();
        }
    }

    @AfterEach
    void allIsWell() throws Exception {
        assertThat(scheduler.isAlive()).as(cluster.logs()).isTrue();
        assertThat(developer.compileAnother())
                .as("%s%n%s", developer.coordinatorLog(), cluster.logs())
                .isEqualTo(1);
        assertThat(cluster.logs())
                .doesNotContain(Cluster.CLIENT_TOKEN)
                .doesNotContain(" ERROR ")
                .doesNotContain("\tat ");
    }

    private HttpResponse<String> get(HttpClient.Version version, String route) throws Exception {
        try (var http = HttpClient.newBuilder().sslContext(tls).version(version).build()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create(cluster.schedulerUrl()).resolve(route))
                            .header(Headers.AUTHORIZATION, Headers.BEARER + Cluster.CLIENT_TOKEN)
                            .timeout(Duration.ofSeconds(30))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP_1_1", "HTTP_2"})
    void bothVersionsAreSpoken(HttpClient.Version version) throws Exception {
        var response = get(version, Routes.STATUS);
        assertThat(response.version()).isEqualTo(version);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"num_servers\":1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1", "TLSv1.1", "TLSv1.2"})
    void oldTlsIsRefused(String version) throws Exception {
        assertThatThrownBy(
                        () -> {
                            try (var socket = (SSLSocket) raw.open()) {
                                socket.setEnabledProtocols(new String[] {version});
                                socket.startHandshake();
                            }
                        })
                .isInstanceOf(IOException.class);
    }

    @Test
    void plainHttpIsNotAnswered() throws Exception {
        var plain = new RawHttp(() -> new Socket(InetAddress.getLoopbackAddress(), port));
        assertThat(plain.answerTo(RawHttp.head("GET " + Routes.LIVE))).doesNotContain("200");
    }

    /** Who says nothing of TLS is not waited for as long as one who is let in. */
    @Test
    void whoDoesNotGreetIsDropped() throws Exception {
        var silent = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 200; i++) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setSoTimeout(RawHttp.TIMEOUT_MILLIS);
                if (i % 2 == 0) {
                    socket.getOutputStream().write(0x16);
                }
                silent.add(socket);
            }
            for (Socket socket : silent) {
                assertThat(RawHttp.answer(socket)).doesNotContain("200");
            }
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void brokenRequestsAreNone() throws Exception {
        assertThat(raw.answerToLargeHeader()).doesNotContain("HTTP/1.1 200");
        assertThat(raw.answerToTwoLengths()).doesNotContain("HTTP/1.1 200");
        for (String chunks : RawHttp.BROKEN_CHUNKS) {
            assertThat(raw.answerToBeginning(RawHttp.chunked(chunks)))
                    .doesNotContain("HTTP/1.1 200");
        }
    }

    /** What {@code attack} does until the server has enough, or for some seconds. */
    @FunctionalInterface
    private interface Attack {
        void run(Http2Peer peer) throws Exception;
    }

    /** Whether the server ended it, of itself. */
    private boolean isEnded(Attack attack) throws Exception {
        try (var peer = Http2Peer.greet(tls, port)) {
            var timeout =
                    CompletableFuture.runAsync(() -> {
                        try {
                            Thread.sleep(ATTACK);
                            peer.hangUp();
                        } catch (IOException | InterruptedException _) {
                            Thread.currentThread().interrupt();
                        }
                    });
            try {
                attack.run(peer);
                peer.flush();
                return peer.isSentAway() && !timeout.isDone();
            } catch (IOException _) {
                return !timeout.isDone();
            }
        }
    }

    private static void openStream(Http2Peer peer, int stream) throws IOException {
        peer.send(
                Http2Peer.HEADERS,
                Http2Peer.END_HEADERS,
                stream,
                Http2Peer.headers("POST", Routes.ALLOC_JOB));
    }

    @Test
    void openingAndResettingStreamsIsEnded() throws Exception {
        assertThat(
                        isEnded(peer -> {
                            for (int stream = 1; stream < 200_000; stream += 2) {
                                openStream(peer, stream);
                                peer.send(Http2Peer.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
                            }
                        }))
                .isTrue();
    }

    @Test
    void headersWithoutEndAreEnded() throws Exception {
        assertThat(
                        isEnded(peer -> {
                            peer.send(
                                    Http2Peer.HEADERS, 0, 1, Http2Peer.headers("GET", Routes.LIVE));
                            byte[] more = new byte[16_000]; // literals without a name
                            for (int i = 0; i < 100_000; i++) {
                                peer.send(Http2Peer.CONTINUATION, 0, 1, more);
                            }
                        }))
                .isTrue();
    }

    @Test
    void headersThatGrowWhenTheyAreReadAreEnded() throws Exception {
        assertThat(
                        isEnded(peer ->
                                peer.send(
                                        Http2Peer.HEADERS,
                                        Http2Peer.END_HEADERS | Http2Peer.END_STREAM,
                                        1,
                                        Http2Peer.headersThatGrow(12_000))))
                .isTrue();
    }

    /** Each asks for an answer, and none is read; that some are queued is no harm. */
    @ParameterizedTest
    @ValueSource(ints = {Http2Peer.PING, Http2Peer.SETTINGS})
    void questionsWhoseAnswersNobodyReadsDoNoHarm(int type) throws Exception {
        isEnded(peer -> {
            byte[] payload = new byte[type == Http2Peer.PING ? 8 : 0];
            for (int i = 0; i < 5_000_000; i++) {
                peer.send(type, 0, 0, payload);
            }
        });
    }

    @Test
    void oneConnectionHasSoManyStreams() throws Exception {
        try (var peer = Http2Peer.greet(tls, port)) {
            for (int i = 0; i < 500; i++) {
                openStream(peer, 2 * i + 1);
            }
            peer.flush();
            int refused = 0;
            try {
                for (Frame frame = peer.read();
                        frame.type() != Http2Peer.GOAWAY;
                        frame = peer.read()) {
                    refused += frame.type() == Http2Peer.RST_STREAM ? 1 : 0;
                }
            } catch (EOFException _) {
                // Sent away before all were refused.
            }
            assertThat(refused).isGreaterThan(10);
        }
    }

    /** A body that comes as fast as the server takes it. */
    @Test
    void aBodyWithoutEndIsCutOff() throws Exception {
        long sent = 0;
        try (var peer = Http2Peer.greet(tls, port)) {
            openStream(peer, 1);
            long window = 65_535;
            byte[] data = new byte[16_000];
            while (sent < 1L << 30) {
                while (window >= data.length) {
                    peer.send(Http2Peer.DATA, 0, 1, data);
                    window -= data.length;
                    sent += data.length;
                }
                peer.flush();
                Frame frame = peer.read();
                if (frame.type() == Http2Peer.WINDOW_UPDATE && frame.stream() == 1) {
                    window += frame.payload().asByteBuffer().getInt();
                }
                if (frame.type() == Http2Peer.RST_STREAM
                        || frame.type() == Http2Peer.GOAWAY
                        || (frame.type() == Http2Peer.HEADERS
                                && (frame.flags() & Http2Peer.END_STREAM) != 0)) {
                    break;
                }
            }
        } catch (IOException _) {
            // Hung up on, which is as well.
        }
        assertThat(sent).isLessThan(1L << 27);
    }

    @Test
    void randomFramesDoNoHarm() throws Exception {
        var random = new Random(20_260_102);
        long end = System.nanoTime() + ATTACK.toNanos();
        while (System.nanoTime() < end) {
            try (var peer = Http2Peer.greet(tls, port)) {
                for (int i = 0; i < 20; i++) {
                    byte[] payload = new byte[random.nextInt(300)];
                    random.nextBytes(payload);
                    boolean isWellFormed = random.nextInt(4) == 0;
                    peer.send(
                            random.nextInt(12),
                            random.nextInt(256),
                            random.nextInt(10),
                            isWellFormed ? Http2Peer.headers("GET", Routes.STATUS) : payload);
                }
                peer.flush();
            } catch (IOException _) {
                // Refused, which is fine.
            }
        }
    }
}
