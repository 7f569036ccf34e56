package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.node.system.Developer.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cluster behind nginx, set up as config/examples has it. */
class BehindProxyIT {
    private Cluster cluster;
    private Path directory;
    private int port;
    private Process nginx;

    @BeforeEach
    void start() throws Exception {
        cluster = new Cluster();
        directory = cluster.directory();
        port = Cluster.freePort();
        run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost",
                "-keyout",
                "scheduler.key",
                "-out",
                "scheduler.crt",
                "-days",
                "2");
        cluster.trust(directory.resolve("scheduler.crt"));
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

    private void run(String... command) throws Exception {
        Path log = directory.resolve("command.log");
        int exitCode =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start()
                        .waitFor();
        assertThat(exitCode).as(Files.readString(log)).isZero();
    }

    @AfterEach
    void stop() throws Exception {
        try (var _ = cluster) {
            nginx.destroy();
            nginx.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void workersAndClientsComeThroughIt() throws Exception {
        // Given
        cluster.startWorker("worker", 2);
        try (var developer = new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN);
                var stranger = new Developer(cluster.schedulerUrl(), "wrong")) {
            developer.set("SSL_CERT_FILE", directory.resolve("scheduler.crt").toString());
            stranger.set("SSL_CERT_FILE", directory.resolve("scheduler.crt").toString());
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
}
