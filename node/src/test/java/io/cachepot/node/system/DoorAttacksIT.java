package io.cachepot.node.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.config.HostPort;
import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.AllocJobResponse;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.Grant;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.ProtocolVersion;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.auth.JobTicket;
import io.cachepot.protocol.auth.JobTokenSigner;
import io.cachepot.protocol.auth.PinnedTls;
import io.cachepot.protocol.auth.Secrets;
import io.cachepot.protocol.auth.TokenKeyPair;
import io.cachepot.protocol.auth.WorkerToken;
import io.cachepot.protocol.http.Headers;
import io.cachepot.protocol.http.Routes;
import io.cachepot.protocol.wire.Json;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Keys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a stranger, and a client or worker that means ill, tries at the ports of a scheduler and a
 * worker. Each is refused; afterwards both are well, nothing secret is in a log, and a developer's
 * compile goes through. The members' port has a test of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoorAttacksIT {
    private static final ToolchainId GCC = new ToolchainId(Digest.of(Bytes.utf8("gcc")));

    private static final Duration FUZZING = Duration.ofSeconds(60);
    private static final Pattern MEMBER = Pattern.compile("\"address\":\"([^\"]+)\"");

    private Cluster cluster;
    private Process scheduler;
    private Process worker;
    private String workerAddress;
    private Developer developer;
    private HttpClient http;
    private RawHttp raw;
    private RandomBytes randomBytes;

    @BeforeAll
    void start() throws Exception {
        cluster = new Cluster();
        scheduler =
                cluster.startScheduler(
                        "type = \"token\"\ntoken = \"" + Cluster.CLIENT_TOKEN + "\"",
                        "trusted_proxies = [\"10.1.2.3\"]");
        workerAddress = "127.0.0.1:" + Cluster.freePort();
        worker = cluster.startWorker("worker", workerAddress, "", "jobs_max = 2");
        developer = new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN);
        developer.setDist("small_local = false");
        http = HttpClient.newHttpClient();
        raw = new RawHttp(this::schedulerSocket);
        randomBytes = RandomBytes.at(ports());
    }

    /** All that the cluster listens at. */
    private List<Integer> ports() throws Exception {
        String status = send(toScheduler(Routes.STATUS, Cluster.CLIENT_TOKEN).build()).body();
        return Stream.concat(
                        Stream.of(cluster.schedulerAddress(), workerAddress),
                        MEMBER.matcher(status).results().map(found -> found.group(1)))
                .map(address -> HostPort.parse(address).port())
                .toList();
    }

    /** They came all the while; a compile goes through in the end. */
    private void randomBytesDidNoHarm() throws Exception {
        assertThat(ports()).as("scheduler, worker, and both as members").hasSize(4);
        assertThat(randomBytes.endAfter(FUZZING)).isGreaterThan(1_000);
        allIsWell();
    }

    @AfterAll
    void stop() throws Exception {
        try (var _ = cluster;
                var _ = developer) {
            randomBytesDidNoHarm();
        }
    }

    @AfterEach
    void allIsWell() throws Exception {
        assertThat(scheduler.isAlive()).as(cluster.logs()).isTrue();
        assertThat(worker.isAlive()).as(cluster.logs()).isTrue();
        compile();
        assertThat(cluster.logs())
                .doesNotContain(Cluster.CLIENT_TOKEN)
                .doesNotContain(cluster.workerKey())
                .doesNotContain(" ERROR ")
                .doesNotContain("\tat ");
    }

    private void compile() throws Exception {
        assertThat(developer.compileAnother())
                .as("%s%n%s", developer.coordinatorLog(), cluster.logs())
                .isEqualTo(1);
    }

    private HttpRequest.Builder toScheduler(String route, String bearer) {
        return request(URI.create(cluster.schedulerUrl()).resolve(route), bearer);
    }

    private static HttpRequest.Builder request(URI url, String bearer) {
        var builder =
                HttpRequest.newBuilder(url)
                        .timeout(Duration.ofMillis(RawHttp.TIMEOUT_MILLIS))
                        .header(Headers.PROTOCOL, Integer.toString(ProtocolVersion.CURRENT));
        return bearer.isEmpty()
                ? builder
                : builder.header(Headers.AUTHORIZATION, Headers.BEARER + bearer);
    }

    private static HttpRequest.BodyPublisher json(Object message) {
        return HttpRequest.BodyPublishers.ofByteArray(Json.encode(message));
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** 401 with the reason, or 429 where there were many before. */
    private static void assertRefused(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isIn(401, 429);
        assertThat(response.body()).contains("\"description\"");
    }

    private Grant grant() throws Exception {
        var response =
                send(
                        toScheduler(Routes.ALLOC_JOB, Cluster.CLIENT_TOKEN)
                                .POST(json(AllocJobRequest.of(GCC, 1, 10_000, "me@here")))
                                .build());
        var answer = Json.decode(response.body().getBytes(ISO_8859_1), AllocJobResponse.class);
        return ((AllocJobResponse.Granted) answer).grants().getFirst();
    }

    private HttpClient toWorker(Grant grant) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(PinnedTls.context(grant.certificateDigest()))
                .build();
    }

    private HttpResponse<String> runJob(Grant grant, JobId job, String token) throws Exception {
        try (var client = toWorker(grant)) {
            return client.send(
                    request(URI.create(grant.workerUrl()).resolve(Routes.runJob(job)), token)
                            .POST(HttpRequest.BodyPublishers.ofString("no stream"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private List<HttpRequest> clientRequests(String bearer) {
        return List.of(
                toScheduler(Routes.ALLOC_JOB, bearer)
                        .POST(json(AllocJobRequest.of(GCC, 1, 0, "me@here")))
                        .build(),
                toScheduler(Routes.STATUS, bearer).build(),
                toScheduler(Routes.WORKERS, bearer).build(),
                toScheduler(Routes.JOBS, bearer).build(),
                toScheduler(Routes.TOOLCHAINS, bearer).build(),
                toScheduler(Routes.EVENTS, bearer).build(),
                toScheduler(Routes.METRICS, bearer).build(),
                toScheduler(Routes.result(GCC.digest()), bearer).build(),
                toScheduler(Routes.workerCertificate(new WorkerId(workerAddress)), bearer).build());
    }

    @Test
    void noTokenOrAWrongOneOpensNoRouteForClients() throws Exception {
        for (String bearer : List.of("", "wrong", Cluster.CLIENT_TOKEN + "x", " ")) {
            for (HttpRequest request : clientRequests(bearer)) {
                assertRefused(send(request));
            }
        }
    }

    private List<HttpRequest> workerRequests(String bearer) {
        return List.of(
                toScheduler(Routes.HEARTBEAT_WORKER, bearer)
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build(),
                toScheduler(Routes.toolchainSource(GCC), bearer)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"would_receive\":true}"))
                        .build(),
                toScheduler(Routes.jobState(new JobId("0".repeat(32))), bearer)
                        .POST(HttpRequest.BodyPublishers.ofString("\"COMPLETE\""))
                        .build());
    }

    @Test
    void noTokenOfOthersOpensARouteForWorkers() throws Exception {
        String key = cluster.workerKey();
        var worker = new WorkerId(workerAddress);
        String otherKey = Secrets.random(new SecureRandom(), 256);
        var tokens =
                List.of(
                        "",
                        Cluster.CLIENT_TOKEN,
                        new WorkerToken(otherKey).sign(worker),
                        new WorkerToken(key).sign(worker, Instant.now().minusSeconds(5)),
                        Jwts.builder().claim("worker_url", workerAddress).compact(),
                        Jwts.builder()
                                .claim("worker_url", workerAddress)
                                .signWith(Jwts.SIG.ES256.keyPair().build().getPrivate())
                                .compact(),
                        Jwts.builder()
                                .claim("worker_url", "no address")
                                .signWith(Keys.hmacShaKeyFor(Base64.getUrlDecoder().decode(key)))
                                .compact());
        for (String token : tokens) {
            for (HttpRequest request : workerRequests(token)) {
                assertRefused(send(request));
            }
        }
    }

    /** A worker that was bought speaks for itself only. */
    @Test
    void aWorkersTokenIsGoodForItsOwnAddressOnly() throws Exception {
        String token = cluster.workerToken("127.0.0.1:9");
        var details = send(toScheduler(Routes.WORKERS, Cluster.CLIENT_TOKEN).build()).body();
        var response =
                send(
                        toScheduler(Routes.HEARTBEAT_WORKER, token)
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"url\":\"https://" + workerAddress + "/\"}"))
                                .build());
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(details).contains(workerAddress);
        for (HttpRequest request : clientRequests(token)) {
            assertRefused(send(request));
        }
    }

    @Test
    void aJobsTokenIsForOneJobOnOneWorkerOnce() throws Exception {
        // Given
        Grant grant = grant();
        Grant other = grant();

        // Then
        assertRefused(runJob(grant, grant.job(), ""));
        assertRefused(runJob(grant, grant.job(), Cluster.CLIENT_TOKEN));
        assertRefused(runJob(grant, other.job(), grant.token()));
        String[] parts = grant.token().split("\\.", -1);
        assertRefused(runJob(grant, grant.job(), parts[0] + "." + parts[1] + "." + parts[2] + "A"));
        String none =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("{\"alg\":\"none\"}".getBytes(US_ASCII));
        assertRefused(runJob(grant, grant.job(), none + "." + parts[1] + "."));
        assertRefused(runJob(grant, grant.job(), none + "." + parts[1] + "." + parts[2]));
        var forged =
                new JobTokenSigner()
                        .sign(
                                new JobTicket(
                                        grant.job(),
                                        grant.worker(),
                                        1,
                                        GCC,
                                        Instant.now().plusSeconds(60)),
                                TokenKeyPair.create().publicKey());
        assertRefused(runJob(grant, grant.job(), forged));
        assertRefused(
                runJob(
                        grant,
                        grant.job(),
                        Jwts.builder()
                                .subject(grant.job().hex())
                                .expiration(Date.from(Instant.now().plusSeconds(60)))
                                .signWith(Jwts.SIG.RS256.keyPair().build().getPrivate())
                                .compact()));

        // When: it is used, badly
        var first = runJob(grant, grant.job(), grant.token());
        var second = runJob(grant, grant.job(), grant.token());

        // Then
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.body()).contains("BAD_JOB");
        assertThat(second.body()).contains("STALE_GRANT");
        assertThat(runJob(other, other.job(), other.token()).body()).contains("BAD_JOB");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/distworker/run_job/../../../etc/passwd",
                "/api/v1/distworker/run_job/..%2f..%2fetc%2fpasswd",
                "/api/v1/distworker/toolchain/..%2f..%2f..%2fetc%2fpasswd",
                "/api/v1/distworker/result/%2e%2e%2f%2e%2e%2fx",
                "/api/v1/distworker/result/%00",
                "/../../../../etc/passwd",
            })
    void pathsLeadNowhere(String path) throws Exception {
        Grant grant = grant();
        try (var client = toWorker(grant)) {
            for (String bearer : List.of(grant.token(), "")) {
                var response =
                        client.send(
                                request(
                                                URI.create(
                                                        grant.workerUrl().replaceAll("/$", "")
                                                                + path),
                                                bearer)
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                assertThat(response.statusCode()).isBetween(400, 499);
                assertThat(response.body()).doesNotContain("root:");
            }
        }
        assertThat(runJob(grant, grant.job(), grant.token()).statusCode()).isEqualTo(200);
    }

    /** Loopback is no proxy of ours. */
    @Test
    void forgedForwardingHeadersAreOfNoEffect() throws Exception {
        assertRefused(
                send(
                        toScheduler(Routes.STATUS, "wrong")
                                .header("X-Forwarded-For", "203.0.113.77")
                                .header("X-Real-IP", "203.0.113.77")
                                .header("Forwarded", "for=203.0.113.77")
                                .build()));
        assertThat(cluster.logged("scheduler")).doesNotContain("203.0.113.77");
    }

    @Test
    void refusalsAreNotLoggedWithoutEnd() throws Exception {
        // Given
        int before = refusals();

        // When
        int tooMany = 0;
        for (int i = 0; i < 200; i++) {
            tooMany +=
                    send(toScheduler(Routes.STATUS, "guess" + i).build()).statusCode() == 429
                            ? 1
                            : 0;
        }

        // Then
        assertThat(tooMany).isGreaterThan(100);
        assertThat(refusals() - before).isLessThan(100);
        assertThat(cluster.logged("scheduler")).doesNotContain("guess7");
        assertThat(send(toScheduler(Routes.STATUS, Cluster.CLIENT_TOKEN).build()).statusCode())
                .as("who has the token comes in")
                .isEqualTo(200);
    }

    private int refusals() {
        return cluster.logged("scheduler").split("refused: peer=", -1).length;
    }

    private Socket schedulerSocket() throws IOException {
        return socket(cluster.schedulerAddress());
    }

    private static Socket socket(String address) throws IOException {
        var socket =
                new Socket(
                        InetAddress.getLoopbackAddress(),
                        Integer.parseInt(address.substring(address.indexOf(':') + 1)));
        socket.setSoTimeout(RawHttp.TIMEOUT_MILLIS);
        return socket;
    }

    @Test
    void plainHttpToAWorkerIsNotAnswered() throws Exception {
        try (var socket = socket(workerAddress)) {
            socket.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
            assertThat(RawHttp.answer(socket)).doesNotContain("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1", "TLSv1.1", "TLSv1.2"})
    void oldTlsIsRefused(String version) throws Exception {
        Grant grant = grant();
        var factory = PinnedTls.context(grant.certificateDigest()).getSocketFactory();
        try (var socket = (SSLSocket) factory.createSocket(socket(workerAddress), "x", 0, true)) {
            socket.setEnabledProtocols(new String[] {version});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
        } catch (SSLHandshakeException _) {
            // The JDK itself has none of the oldest any more.
        }
        runJob(grant, grant.job(), grant.token());
    }

    @Test
    void anOversizedHeaderIsRefused() throws Exception {
        assertThat(raw.answerToLargeHeader()).doesNotContain("HTTP/1.1 200");
    }

    /** Of ten gigabytes nobody takes more than some. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /api/v1/scheduler/alloc_job",
                "POST /api/v1/scheduler/return_grants",
                "POST /api/v1/scheduler/heartbeat_worker",
                "POST /nowhere",
                "PUT /api/v1/scheduler/status",
                "GET /healthz",
            })
    void aBodyWithoutEndIsCutOff(String route) throws Exception {
        for (int version : new int[] {ProtocolVersion.CURRENT, 77}) {
            for (boolean isChunked : List.of(false, true)) {
                String length =
                        isChunked ? "Transfer-Encoding: chunked" : "Content-Length: 10737418240";
                assertThat(raw.sentInVain(RawHttp.head(version, route, length), isChunked))
                        .as("%s %s", version, length)
                        .isLessThan(1L << 30);
            }
        }
    }

    /** Half of a request on each of many connections: the others are served, and these dropped. */
    @Test
    void slowOnesHoldUpNobody() throws Exception {
        var slow = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 300; i++) {
                Socket socket = schedulerSocket();
                socket.getOutputStream().write("GET /healthz HTT".getBytes(US_ASCII));
                slow.add(socket);
            }
            for (int i = 0; i < 300; i++) {
                Socket socket = socket(workerAddress);
                socket.getOutputStream().write(0x16);
                slow.add(socket);
            }

            // When
            compile();

            // Then
            assertThat(RawHttp.answer(slow.getFirst()))
                    .as("dropped in the end")
                    .doesNotContain("200");
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void brokenChunksAreNoRequest() throws Exception {
        for (String chunks : RawHttp.BROKEN_CHUNKS) {
            assertThat(raw.answerToBeginning(RawHttp.chunked(chunks)))
                    .doesNotContain("HTTP/1.1 200");
        }
    }

    @Test
    void aTruncatedChunkIsNoRequest() throws Exception {
        assertThat(raw.answerToBeginning(RawHttp.chunked("5\r\nab")))
                .doesNotContain("HTTP/1.1 200");
    }

    @Test
    void aRequestWithTwoLengthsIsNone() throws Exception {
        assertThat(raw.answerToTwoLengths()).doesNotContain("HTTP/1.1 200");
    }

    /** Nor takes one peer all descriptors: what is too much of it is closed at once. */
    @Test
    void onePeerHasSoManyConnections() throws Exception {
        for (String address : List.of(cluster.schedulerAddress(), workerAddress)) {
            var open = new ArrayList<Socket>();
            try {
                for (int i = 0; i < 1_100; i++) {
                    open.add(socket(address));
                }
                Socket last = open.getLast();
                assertThat(last.getInputStream().read()).as("closed").isEqualTo(-1);
            } finally {
                for (Socket each : open) {
                    each.close();
                }
            }
        }
        assertThat(cluster.logs()).contains("as many as one address may have");
    }
}
