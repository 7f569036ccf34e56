package io.cachepot.node.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.node.system.Developer.Ended;
import io.cachepot.protocol.http.Routes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A cluster behind nginx, set up as config/examples has it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BehindProxyIT {
    private Cluster cluster;
    private Path directory;
    private TestCertificate certificate;
    private int port;
    private Process nginx;

    @BeforeAll
    void start() throws Exception {
        cluster = new Cluster();
        directory = cluster.directory();
        port = Cluster.freePort();
        certificate = new TestCertificate(directory);
        cluster.trust(certificate.certificate());
        cluster.announce("https://localhost:" + port + "/");
        cluster.startScheduler(
                "type = \"token\"\ntoken = \"" + Cluster.CLIENT_TOKEN + "\"",
                "trusted_proxies = [\"127.0.0.1\"]");
        Files.writeString(directory.resolve("nginx.conf"), nginxConf());
        nginx =
                new ProcessBuilder(
                                "nginx",
                                "-p",
                                directory.toString(),
                                "-c",
                                directory.resolve("nginx.conf").toString(),
                                "-e",
                                "stderr",
                                "-g",
                                "daemon off;")
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("nginx.log").toFile())
                        .start();
        cluster.startWorker("worker", 2);
    }

    /** The example, at other addresses. */
    private String nginxConf() throws IOException {
        String server =
                Files.readString(Path.of("../config/examples/nginx.conf"))
                        .replace("listen 443", "listen 127.0.0.1:" + port)
                        .replace("scheduler.example.com", "localhost")
                        .replace("/etc/cachepot/", directory + "/")
                        .replace("127.0.0.1:10600", cluster.schedulerAddress());
        return """
        pid %1$s/nginx.pid;
        worker_processes 1;
        events { worker_connections 256; }
        http {
            access_log off;
            client_body_temp_path %1$s/body;
            proxy_temp_path %1$s/proxy;
            fastcgi_temp_path %1$s/fastcgi;
            uwsgi_temp_path %1$s/uwsgi;
            scgi_temp_path %1$s/scgi;
            %2$s
        }
        """
                .formatted(directory, server);
    }

    @AfterAll
    void stop() throws Exception {
        try (var _ = cluster) {
            nginx.destroy();
            nginx.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void workersAndClientsComeThroughIt() throws Exception {
        // Given
        try (var developer = new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN);
                var stranger = new Developer(cluster.schedulerUrl(), "wrong")) {
            developer.set("SSL_CERT_FILE", certificate.certificate().toString());
            stranger.set("SSL_CERT_FILE", certificate.certificate().toString());
            Path source = Files.writeString(developer.directory.resolve("a.c"), "int a;\n");

            // When
            Ended ended = developer.cachepot(developer.directory, "gcc", "-c", source.toString());
            Ended refused = stranger.cachepot(stranger.directory, "gcc", "-c", source.toString());

            // Then
            assertThat(ended).isEqualTo(new Ended(0, "", ""));
            assertThat(developer.stats().remote())
                    .as("%s%n%s", developer.coordinatorLog(), cluster.logs())
                    .isEqualTo(1);
            assertThat(developer.cachepot(developer.directory, "--dist-status").stdout())
                    .contains("SchedulerStatus\":[\"https://localhost:" + port + "/\"");
            assertThat(refused).isEqualTo(new Ended(0, "", ""));
            assertThat(stranger.coordinatorLog()).contains("answered 401");
        }
    }

    /** Who does not trust the certificate sends its token nowhere. */
    @Test
    void aCertificateThatNobodyVouchesForIsRefused() throws Exception {
        // Given
        try (var developer = new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN)) {
            Path source = Files.writeString(developer.directory.resolve("a.c"), "int a;\n");

            // When
            Ended ended = developer.cachepot(developer.directory, "gcc", "-c", source.toString());

            // Then
            assertThat(ended).isEqualTo(new Ended(0, "", ""));
            assertThat(developer.stats().remote()).isZero();
            assertThat(developer.coordinatorLog()).contains("unable to find valid certification");
        }
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    /**
     * What is tried at a scheduler's own port, through the proxy: no two of them count differently.
     */
    @Test
    void attacksDoNotComeThroughIt() throws Exception {
        // Given
        var tls = certificate.context().getSocketFactory();
        var raw = new RawHttp(() -> tls.createSocket(InetAddress.getLoopbackAddress(), port));
        var slow = new ArrayList<Socket>();

        // When
        for (int i = 0; i < 100; i++) {
            Socket socket = raw.open();
            socket.getOutputStream().write("POST /api".getBytes(US_ASCII));
            slow.add(socket);
        }

        // Then
        assertThat(raw.answerToLargeHeader()).startsWith("HTTP/1.1 400");
        assertThat(raw.answerToTwoLengths()).startsWith("HTTP/1.1 400");
        for (String chunks : RawHttp.BROKEN_CHUNKS) {
            assertThat(raw.answerTo(RawHttp.chunked(chunks))).startsWith("HTTP/1.1 400");
        }
        // Its own bound comes first; what is beyond it the proxy reads and throws away.
        assertThat(
                        raw.answerTo(
                                RawHttp.head(
                                        "POST " + Routes.ALLOC_JOB, "Content-Length: 10737418240")))
                .contains("HTTP/1.1 413");
        assertThat(raw.answerTo(RawHttp.head("GET " + Routes.LIVE, "Connection: close")))
                .contains("HTTP/1.1 200");
        for (Socket socket : slow) {
            socket.close();
        }
    }

    /** The proxy's word on where a request comes from replaces the client's. */
    @Test
    void aForgedOriginIsReplaced() throws Exception {
        // Given
        var tls = certificate.context().getSocketFactory();
        var raw = new RawHttp(() -> tls.createSocket(InetAddress.getLoopbackAddress(), port));
        int before = count(cluster.logged("scheduler"), "refused: peer=/127.0.0.1");

        // When
        String answer =
                raw.answerTo(
                        RawHttp.head(
                                "GET " + Routes.STATUS,
                                "Authorization: Bearer forged",
                                "X-Forwarded-For: 203.0.113.77",
                                "Connection: close"));

        // Then
        assertThat(answer).contains("HTTP/1.1 401");
        assertThat(cluster.logged("scheduler")).doesNotContain("203.0.113.77");
        assertThat(count(cluster.logged("scheduler"), "refused: peer=/127.0.0.1"))
                .isEqualTo(before + 1);
    }
}
