package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.cachepot.protocol.ProtocolVersion;
import io.cachepot.protocol.http.Headers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A real project's build gives the plain compiler's objects while one of its two workers fails in
 * some way; the other one is well.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkerFaultsIT {
    private Cluster cluster;
    private Developer developer;
    private Map<String, byte[]> expected;
    private Path place;
    private ZlibBuild build;
    private Statistics before;

    @BeforeAll
    void startCluster() throws Exception {
        cluster = new Cluster();
        cluster.startScheduler();
        // The toolchain of gcc or that of clang, but not both.
        cluster.startWorker(
                "good",
                "127.0.0.1:" + Cluster.freePort(),
                "toolchain_cache_size = \"380M\"",
                "jobs_max = 2");
        developer = new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN);
        developer.setDist("small_local = false");
        developer.set("CACHEPOT_RECACHE", "1");
        // One place for all builds: debug information names it.
        place = developer.directory.resolve("build");
        build = ZlibBuild.configure(cluster, developer, place, "gcc");
        expected = build.expected();
    }

    @AfterAll
    void stopCluster() throws Exception {
        try (var _ = cluster) {
            developer.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        build.remove();
        build =
                ZlibBuild.configure(
                        cluster, developer, place, Installed.program("cachepot") + " gcc");
        before = developer.stats();
    }

    private int newRemote() throws Exception {
        return developer.stats().remote() - before.remote();
    }

    private static OutputStream accept(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders()
                .set(Headers.PROTOCOL, Integer.toString(ProtocolVersion.CURRENT));
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    @Test
    void oneThatReturnsGarbage() throws Exception {
        var random = new Random(1);
        try (var bad =
                new BadWorker(
                        cluster,
                        exchange -> {
                            exchange.getRequestBody().readAllBytes();
                            byte[] garbage = new byte[10_000];
                            random.nextBytes(garbage);
                            accept(exchange).write(garbage);
                        })) {
            build.finish(build.make(4), expected);
            assertThat(bad.jobs()).isPositive();
            assertThat(developer.coordinatorLog())
                    .contains("job failed over")
                    .contains(
                            "https://" + bad.address() + "/: answer of the worker not understood");
            assertThat(developer.stats().remote(bad.address())).isZero();
        }
        assertThat(newRemote()).isPositive();
    }

    @Tag("slow")
    @Test
    void oneThatNeverAnswers() throws Exception {
        try (var bad =
                new BadWorker(
                        cluster,
                        exchange -> {
                            exchange.getRequestBody().readAllBytes();
                            accept(exchange).flush();
                            Thread.sleep(Duration.ofMinutes(10));
                        })) {
            build.finish(build.make(4), expected);
            assertThat(bad.jobs()).isPositive();
            assertThat(developer.stats().remote(bad.address())).isZero();
        }
        assertThat(newRemote()).isPositive();
    }

    @Tag("slow")
    @Test
    void oneThatIsFrozen() throws Exception {
        Process frozen = cluster.startWorker("frozen", 4);
        try {
            // Given
            Process make = build.make(4);
            build.awaitObjects(make, Zlib.OBJECTS / 3);

            // When
            developer.run(build.tree(), "kill", "-STOP", Long.toString(frozen.pid()));

            // Then
            build.finish(make, expected);
            assertThat(newRemote()).isPositive();
        } finally {
            Cluster.kill(frozen);
        }
    }

    /** No file of more than a page can be written: inputs, toolchains and outputs find no room. */
    @Tag("slow")
    @Test
    void oneWhoseDiskIsFull() throws Exception {
        Process full = cluster.startWorker("full", 4);
        try {
            // Given
            Process make = build.make(4);
            build.awaitObjects(make, Zlib.OBJECTS / 3);

            // When
            var limited =
                    developer.run(
                            build.tree(),
                            "prlimit",
                            "--pid",
                            Long.toString(full.pid()),
                            "--fsize=4096:4096");

            // Then
            assertThat(limited.exitCode()).as(limited.stderr()).isZero();
            build.finish(make, expected);
            assertThat(newRemote()).isPositive();
        } finally {
            Cluster.kill(full);
        }
    }

    @Tag("slow")
    @Test
    void oneBehindASlowNetwork() throws Exception {
        int port = Cluster.freePort();
        try (var link = new SlowLink(port, Duration.ofMillis(30), 20e6)) {
            Process far =
                    cluster.startWorker(
                            "far",
                            link.address(),
                            "bind_addr = \"127.0.0.1:" + port + "\"",
                            "jobs_max = 4");
            try {
                build.finish(build.make(6), expected);
                assertThat(developer.stats().remote(link.address()))
                        .as("%s%n%s", developer.coordinatorLog(), cluster.logs())
                        .isPositive();
            } finally {
                Cluster.kill(far);
            }
        }
    }

    @Tag("slow")
    @Test
    void oneThatGaveUpTheToolchainMeanwhile() throws Exception {
        // Given: nothing runs there
        Process make = build.make(1);
        build.awaitObjects(make, Zlib.OBJECTS / 3);
        long pid = make.pid();
        developer.run(build.tree(), "kill", "-STOP", Long.toString(pid));
        Path other = Files.writeString(developer.directory.resolve("b.c"), "int b;\n");
        Cluster.await(() -> status().contains("\"in_progress\":0"), cluster::logs);

        // When
        var compiled =
                developer.cachepot(build.tree(), "clang", "-c", other.toString(), "-o", "b.obj");
        developer.run(build.tree(), "kill", "-CONT", Long.toString(pid));

        // Then
        assertThat(compiled.exitCode()).as(compiled.stderr()).isZero();
        Files.delete(build.tree().resolve("b.obj"));
        build.finish(make, expected);
        assertThat(cluster.logged("good").split("toolchain evicted", -1).length)
                .as(cluster.logs())
                .isGreaterThanOrEqualTo(3);
        assertThat(developer.stats().number("dist_errors")).isEqualTo(before.number("dist_errors"));
    }

    private String status() {
        try {
            return developer.cachepot(developer.directory, "--dist-status").stdout();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
