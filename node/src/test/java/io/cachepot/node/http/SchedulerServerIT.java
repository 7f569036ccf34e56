package io.cachepot.node.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cachepot.config.AddressRange;
import io.cachepot.config.ClientAuth;
import io.cachepot.config.GridConfig;
import io.cachepot.config.HostPort;
import io.cachepot.config.Secret;
import io.cachepot.config.WorkerAuth;
import io.cachepot.node.auth.ClientDoor;
import io.cachepot.node.auth.OneTokenDoor;
import io.cachepot.node.auth.WorkerDoor;
import io.cachepot.node.grid.SchedulerGrid;
import io.cachepot.node.scheduler.SchedulerService;
import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.AllocJobResponse;
import io.cachepot.protocol.BuildDetails;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.ErrorBody;
import io.cachepot.protocol.Grant;
import io.cachepot.protocol.ReturnedGrant;
import io.cachepot.protocol.ReturnedGrants;
import io.cachepot.protocol.SchedulerStatus;
import io.cachepot.protocol.SeenBuild;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerDetails;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.WorkerReport;
import io.cachepot.protocol.WorkerReportReply;
import io.cachepot.protocol.auth.JobTokenSigner;
import io.cachepot.protocol.auth.TokenKeyPair;
import io.cachepot.protocol.auth.WorkerToken;
import io.cachepot.protocol.http.Headers;
import io.cachepot.protocol.http.Routes;
import io.cachepot.protocol.wire.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A scheduler behind a real port, spoken to as anybody could. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchedulerServerIT {
    private static final String CLIENT = "client token";
    private static final String OPERATOR = "operator token";
    private static final String KEY = "ZXhhbXBsZSBrZXksIG1ha2UgeW91ciBvd24gb25lISE";
    private static final WorkerId WORKER = new WorkerId("127.0.0.1:10501");
    private static final ToolchainId GCC = new ToolchainId(Digest.of(Bytes.utf8("gcc")));

    /** Not loopback, from where the tests come. */
    private static final List<AddressRange> PROXIES = List.of(AddressRange.parse("10.0.0.0/8"));

    /** Written by tests, read by the server. */
    private volatile Set<String> revoked = Set.of();

    private final HttpClient http = HttpClient.newHttpClient();
    private SchedulerGrid grid;
    private Set<String> seenAtStart = Set.of();
    private SchedulerService service;
    private HttpServer server;

    @BeforeAll
    void start() throws IOException {
        var signer = new JobTokenSigner();
        var config =
                new GridConfig(
                        "test-" + UUID.randomUUID(),
                        new HostPort("127.0.0.1", 0),
                        Optional.empty(),
                        false,
                        List.of(),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10));
        grid =
                SchedulerGrid.join(
                        config, Optional.empty(), "http://127.0.0.1:1/", signer.publicKey());
        service =
                new SchedulerService(
                        grid.workers(),
                        grid.jobs(),
                        grid.schedulers(),
                        grid.contents(),
                        signer,
                        List.of("careful"));
        service.start();
        seenAtStart = service.everSeen();
        server = server(0);
        server.start();
    }

    private HttpServer server(int port) {
        return SchedulerServer.of(
                new HostPort("127.0.0.1", port),
                Optional.empty(),
                PROXIES,
                service,
                ClientDoor.of(new ClientAuth.Token(Secret.of(CLIENT))),
                WorkerDoor.of(new WorkerAuth.JwtHs256(Secret.of(KEY)), () -> revoked),
                OneTokenDoor.ofOperators(Optional.of(Secret.of(OPERATOR))),
                Optional.empty());
    }

    @AfterAll
    void stop() {
        server.close();
        service.close();
        grid.close();
    }

    /** A page of one that is gone a moment later must be let in. */
    @Test
    void schedulersAreKnownFromTheStart() {
        assertThat(seenAtStart).containsExactly("http://127.0.0.1:1/");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.port()).resolve(path));
    }

    private HttpResponse<byte[]> post(String path, String bearer, String version, byte[] body)
            throws Exception {
        HttpRequest.Builder request =
                request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        request.header(Headers.PROTOCOL, version);
        if (!bearer.isEmpty()) {
            request.header(Headers.AUTHORIZATION, Headers.BEARER + bearer);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static ErrorBody error(HttpResponse<byte[]> response) {
        return Json.decode(response.body(), ErrorBody.class);
    }

    private static byte[] alloc() {
        return Json.encode(AllocJobRequest.of(GCC, 1, 0, "u@host"));
    }

    private static byte[] report(String url) throws IOException {
        String pem = Files.readString(Path.of("src/test/resources/worker.pem"));
        return Json.encode(
                new WorkerReport(
                        1,
                        System.nanoTime() & Long.MAX_VALUE,
                        url,
                        pem,
                        TokenKeyPair.create().publicKey(),
                        8,
                        WorkerReport.State.UP,
                        List.of(),
                        List.of(),
                        List.of(),
                        2,
                        0,
                        -1,
                        List.of(),
                        "test"));
    }

    @Test
    void aWrongClientTokenIsRefusedWithACause() throws Exception {
        // When
        var response = post(Routes.ALLOC_JOB, "guess", "1", alloc());

        // Then
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(error(response).description()).startsWith("client token is wrong, expected");
        assertThat(error(post(Routes.ALLOC_JOB, "", "1", alloc())).description())
                .startsWith("no client token is shown");
    }

    private static byte[] build(String id) {
        return Json.encode(
                new BuildDetails(
                        id,
                        "u@host",
                        "make",
                        "zlib",
                        0,
                        1,
                        true,
                        0,
                        new BuildDetails.Counts(3, 0, 1, 0, 0, 0, 0),
                        1,
                        List.of(new BuildDetails.Reason("first compile", 1)),
                        List.of(),
                        List.of(),
                        List.of()));
    }

    @Test
    void whatAClientTellsOfItsBuildIsShown() throws Exception {
        // Given
        String id = "0123456789abcdef0123456789abcdef";

        // When
        var told = post(Routes.REPORT_BUILD, CLIENT, "1", build(id));

        // Then
        assertThat(told.statusCode()).isEqualTo(200);
        assertThat(new String(get(Routes.BUILDS).body(), StandardCharsets.UTF_8))
                .contains("\"build\":\"" + id + "\"", "\"miss_reasons\":[]");
        SeenBuild seen = Json.decode(get(Routes.BUILD + "/" + id).body(), SeenBuild.class);
        assertThat(seen.build().missReasons()).hasSize(1);
        assertThat(get(Routes.BUILD + "/00").statusCode()).isEqualTo(404);
        assertThat(get(Routes.JOB + "/" + id).statusCode()).isEqualTo(404);
        assertThat(post(Routes.REPORT_BUILD, "guess", "1", build(id)).statusCode()).isEqualTo(401);
        byte[] malformed =
                new String(build(id), StandardCharsets.UTF_8)
                        .replace(id, "../..")
                        .getBytes(StandardCharsets.UTF_8);
        assertThat(post(Routes.REPORT_BUILD, CLIENT, "1", malformed).statusCode()).isEqualTo(400);
    }

    @Test
    void metricsAreThoseThatAreDocumented() throws Exception {
        // Given
        String token = new WorkerToken(KEY).sign(WORKER);
        post(Routes.HEARTBEAT_WORKER, token, "1", report("https://" + WORKER + "/"));
        double before = sample("cachepot_scheduler_grants_total");
        boolean isGranted =
                Json.decode(
                                post(Routes.ALLOC_JOB, CLIENT, "1", alloc()).body(),
                                AllocJobResponse.class)
                        instanceof AllocJobResponse.Granted;

        // When
        var response = get(Routes.METRICS);

        // Then
        assertThat(response.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/plain; version=0.0.4");
        String text = new String(response.body(), StandardCharsets.UTF_8);
        assertThat(text)
                .contains("cachepot_scheduler_workers{state=\"up\"} 1.0\n")
                .contains("cachepot_scheduler_permits 8.0\n")
                .contains("cachepot_grid_members{role=\"scheduler\"} 1.0\n")
                .contains("cachepot_grid_state{state=\"no_replica\"} 1.0\n")
                .contains("cachepot_grid_map_entries{map=\"workers\"} 1.0\n")
                .contains("jvm_memory_used_bytes{area=\"heap\"}");
        assertThat(sample("cachepot_scheduler_grants_total"))
                .isEqualTo(isGranted ? before + 1 : before);
        assertThat(text.lines().filter(line -> line.startsWith("# HELP cachepot_")))
                .containsExactlyInAnyOrderElementsOf(documented());
    }

    private double sample(String name) throws Exception {
        return new String(get(Routes.METRICS).body(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    /** What a scheduler without member TLS has of docs/METRICS.md, as lines of the text format. */
    private static List<String> documented() throws IOException {
        return Files.readAllLines(Path.of("../docs/METRICS.md")).stream()
                .map(line -> line.split(" *\\| *", -1))
                .filter(cells -> cells.length == 6 && cells[1].startsWith("`cachepot_"))
                .filter(cells -> !cells[1].matches("`cachepot_(worker|coordinator)_.*"))
                .filter(cells -> !cells[1].contains("certificate_expiry"))
                .map(cells -> "# HELP " + cells[1].replace("`", "") + " " + cells[4])
                .toList();
    }

    @Test
    void metricsWantAClientsToken() throws Exception {
        var response =
                http.send(request(Routes.METRICS).build(), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(401);
    }

    @Test
    void aClientsTokenIsNoWorkersToken() throws Exception {
        var response = post(Routes.HEARTBEAT_WORKER, CLIENT, "1", new byte[0]);
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(error(response).description()).startsWith("worker token is not valid");
    }

    @Test
    void aWorkerThatReportedIsGranted() throws Exception {
        // Given
        String token = new WorkerToken(KEY).sign(WORKER);
        var reply = post(Routes.HEARTBEAT_WORKER, token, "1", report("https://" + WORKER + "/"));
        assertThat(Json.decode(reply.body(), WorkerReportReply.class).gridMembers()).hasSize(1);

        // When
        var response = post(Routes.ALLOC_JOB, CLIENT, "1", alloc());

        // Then
        var granted =
                (AllocJobResponse.Granted) Json.decode(response.body(), AllocJobResponse.class);
        assertThat(granted.grants().getFirst().worker()).isEqualTo(WORKER);
        var status = Json.decode(get(Routes.STATUS).body(), SchedulerStatus.class);
        assertThat(status.numServers()).isEqualTo(1);
        assertThat(status.numCpus()).isEqualTo(8);
        assertThat(status.warnings()).containsExactly("careful");
        assertThat(new String(get(Routes.workerCertificate(WORKER)).body(), UTF_8))
                .contains("BEGIN CERTIFICATE");
    }

    @Test
    void whatAClientGivesBackIsFree() throws Exception {
        // Given
        String token = new WorkerToken(KEY).sign(WORKER);
        post(Routes.HEARTBEAT_WORKER, token, "1", report("https://" + WORKER + "/"));
        List<Grant> all = allThatAreFree();
        Grant one = all.getLast();

        // When: another client's word counts for nothing
        assertThat(giveBack(token, "u@host", one).statusCode()).isEqualTo(401);
        assertThat(giveBack(CLIENT, "other@host", one).statusCode()).isEqualTo(200);
        assertThat(allocOne()).isInstanceOf(AllocJobResponse.Refused.class);
        assertThat(giveBack(CLIENT, "u@host", one).statusCode()).isEqualTo(200);

        // Then
        var again = (AllocJobResponse.Granted) allocOne();
        all.addAll(again.grants());
        for (Grant grant : all) {
            giveBack(CLIENT, "u@host", grant); // other tests want some
        }
    }

    private List<Grant> allThatAreFree() throws Exception {
        var all = new ArrayList<Grant>();
        while (allocOne() instanceof AllocJobResponse.Granted(var one)) {
            all.addAll(one);
        }
        return all;
    }

    private AllocJobResponse allocOne() throws Exception {
        byte[] one = Json.encode(AllocJobRequest.of(GCC, 1, 500, "u@host"));
        return Json.decode(post(Routes.ALLOC_JOB, CLIENT, "1", one).body(), AllocJobResponse.class);
    }

    private HttpResponse<byte[]> giveBack(String bearer, String client, Grant grant)
            throws Exception {
        var back = new ReturnedGrant(grant.job(), grant.worker(), ReturnedGrant.Reason.UNUSED);
        return post(
                Routes.RETURN_GRANTS,
                bearer,
                "1",
                Json.encode(new ReturnedGrants(client, List.of(back))));
    }

    private HttpResponse<byte[]> get(String path) throws Exception {
        return http.send(
                request(path).header(Headers.AUTHORIZATION, Headers.BEARER + CLIENT).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void aWorkerMayNotReportForAnotherAddress() throws Exception {
        String token = new WorkerToken(KEY).sign(WORKER);
        var response = post(Routes.HEARTBEAT_WORKER, token, "1", report("https://elsewhere:1/"));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error(response).description()).contains("expected 'https://127.0.0.1:10501/'");
    }

    @Test
    void anUnknownProtocolVersionIsRefusedWithTheOneSpoken() throws Exception {
        var response = post(Routes.ALLOC_JOB, CLIENT, "9", alloc());
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error(response).error()).isEqualTo("unsupported_protocol");
        assertThat(error(response).description())
                .isEqualTo(
                        "the peer speaks protocol version '9', expected 1; install the same release"
                                + " of cachepot on both sides");
        assertThat(response.headers().firstValue(Headers.PROTOCOL)).contains("1");
    }

    @Test
    void truncatedAndOversizedMessagesAreRefused() throws Exception {
        // When
        var truncated = post(Routes.ALLOC_JOB, CLIENT, "1", "{\"count\":1,".getBytes(UTF_8));
        var oversized = post(Routes.ALLOC_JOB, CLIENT, "1", new byte[5 << 20]);

        // Then
        assertThat(truncated.statusCode()).isEqualTo(400);
        assertThat(error(truncated).description()).startsWith("AllocJobRequest is malformed: ");
        assertThat(oversized.statusCode()).isEqualTo(413);
        assertThat(get(Routes.STATUS).statusCode()).isEqualTo(200);
    }

    /** One that sends all it has before it reads, as most do: a reset would eat the answer. */
    @Test
    void aPeerThatOnlySendsIsToldTooThatItSentTooMuch() throws Exception {
        // Given
        int bytes = 16 << 20;
        String head =
                "POST %s HTTP/1.1\r\nHost: here\r\n%s: 1\r\n%s: %s%s\r\n"
                        .formatted(
                                Routes.ALLOC_JOB,
                                Headers.PROTOCOL,
                                Headers.AUTHORIZATION,
                                Headers.BEARER,
                                CLIENT);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(60_000);

            // When
            var out = socket.getOutputStream();
            out.write((head + "Content-Length: " + bytes + "\r\n\r\n").getBytes(UTF_8));
            out.write(new byte[bytes]);

            // Then
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            assertThat(in.readLine()).isEqualTo("HTTP/1.1 413 Request Entity Too Large");
        }
    }

    @Test
    void whatIsNotThereIsSaidToBeSo() throws Exception {
        assertThat(error(get("/nowhere")).description())
                .startsWith("nothing is served at '/nowhere'");
        assertThat(get(Routes.workerCertificate(new WorkerId("no:1"))).statusCode()).isEqualTo(404);
        assertThat(get(Routes.JOB_STATE + "/123").statusCode()).isEqualTo(400);
        assertThat(get(Routes.ALLOC_JOB).statusCode()).isEqualTo(405);
    }

    @Test
    void aPortInUseIsNamed() {
        // Given
        HttpServer second = server(server.port());

        // When
        Throwable failure = catchThrowable(second::start);

        // Then
        assertThat(failure)
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "can not listen on 127.0.0.1:"
                                + server.port()
                                + ": Address already in use; stop what listens there, or set"
                                + " another bind_addr or public_addr");
    }

    @Test
    void whatWorkersRunIsShown() throws Exception {
        // Given
        String token = new WorkerToken(KEY).sign(WORKER);
        post(Routes.HEARTBEAT_WORKER, token, "1", report("https://" + WORKER + "/"));

        // When
        var response = get(Routes.WORKERS);

        // Then
        var workers = Json.decode(response.body(), WorkerDetails[].class);
        assertThat(workers).extracting(WorkerDetails::id).containsExactly(WORKER);
        assertThat(workers[0].jobsMax()).isEqualTo(8);
        assertThat(new String(get(Routes.TOOLCHAINS).body(), UTF_8)).isEqualTo("[]");
        assertThat(get(Routes.JOBS).statusCode()).isEqualTo(200);
    }

    @Test
    void operatorsDrainWorkersAndNobodyElse() throws Exception {
        // Given
        String token = new WorkerToken(KEY).sign(WORKER);
        post(Routes.HEARTBEAT_WORKER, token, "1", report("https://" + WORKER + "/"));
        byte[] nothing = Json.encode(Map.of());

        // When
        assertThat(post(Routes.drain(WORKER), CLIENT, "1", nothing).statusCode()).isEqualTo(401);
        assertThat(post(Routes.drain(WORKER), token, "1", nothing).statusCode()).isEqualTo(401);
        assertThat(post(Routes.drain(WORKER), OPERATOR, "1", nothing).statusCode()).isEqualTo(200);

        // Then: also when it says otherwise, and starts anew
        post(Routes.HEARTBEAT_WORKER, token, "1", report("https://" + WORKER + "/"));
        var worker = Json.decode(get(Routes.WORKERS).body(), WorkerDetails[].class)[0];
        assertThat(worker.state()).isEqualTo(WorkerReport.State.DRAINING);
        assertThat(post(Routes.ALLOC_JOB, OPERATOR, "1", alloc()).statusCode()).isEqualTo(401);
        var refused =
                Json.decode(
                        post(Routes.ALLOC_JOB, CLIENT, "1", alloc()).body(),
                        AllocJobResponse.class);
        assertThat(refused).isInstanceOf(AllocJobResponse.Refused.class);

        // When
        assertThat(post(Routes.undrain(WORKER), OPERATOR, "1", nothing).statusCode())
                .isEqualTo(200);

        // Then
        assertThat(Json.decode(get(Routes.WORKERS).body(), WorkerDetails[].class)[0].state())
                .isEqualTo(WorkerReport.State.UP);
        assertThat(
                        post(Routes.drain(new WorkerId("127.0.0.1:9")), OPERATOR, "1", nothing)
                                .statusCode())
                .isEqualTo(404);
    }

    @Test
    void statusSaysHowTheGridIs() throws Exception {
        var status = Json.decode(get(Routes.STATUS).body(), SchedulerStatus.class);
        assertThat(status.grid().state()).isEqualTo("no_replica");
        assertThat(status.grid().term()).isPositive();
        assertThat(status.schedulers()).containsExactly("http://127.0.0.1:1/");
        assertThat(status.members()).hasSize(1);
        assertThat(status.members().getFirst().isMaster()).isTrue();
    }

    @Test
    void anybodyMaySeeThatItIsAliveAndReady() throws Exception {
        for (String path : List.of(Routes.LIVE, Routes.READY)) {
            var response = http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(path).isEqualTo(200);
        }
    }

    @Test
    void nothingOfTheClusterIsShownToStrangers() throws Exception {
        for (String path :
                List.of(
                        Routes.STATUS,
                        Routes.WORKERS,
                        Routes.JOBS,
                        Routes.TOOLCHAINS,
                        Routes.EVENTS)) {
            var response = http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(path).isEqualTo(401);
            assertThat(response.body()).doesNotContain(WORKER.address());
        }
    }

    @Test
    void whoWatchesSeesWhatHappens() throws Exception {
        // Given
        String token = new WorkerToken(KEY).sign(WORKER);
        post(Routes.HEARTBEAT_WORKER, token, "1", report("https://" + WORKER + "/"));
        var watch =
                request(Routes.EVENTS)
                        .header(Headers.AUTHORIZATION, Headers.BEARER + CLIENT)
                        .build();
        var response = http.send(watch, HttpResponse.BodyHandlers.ofLines());

        // When
        post(Routes.ALLOC_JOB, CLIENT, "1", alloc());

        // Then
        try (var lines = response.body()) {
            assertThat(
                            lines.anyMatch(line ->
                                    line.contains("job_granted") && line.contains("u@host")))
                    .isTrue();
        }
    }

    @Test
    void whoComesBackGetsWhatItMissed() throws Exception {
        // Given: the grid's own state is the first thing that is told
        var watch =
                request(Routes.EVENTS)
                        .header(Headers.AUTHORIZATION, Headers.BEARER + CLIENT)
                        .header("Last-Event-ID", "0")
                        .build();

        // When
        var response = http.send(watch, HttpResponse.BodyHandlers.ofLines());

        // Then
        try (var lines = response.body()) {
            assertThat(lines.filter(line -> line.startsWith("id:")).findFirst()).hasValue("id:1");
        }
    }
}
