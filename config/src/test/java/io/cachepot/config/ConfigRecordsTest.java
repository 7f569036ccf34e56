package io.cachepot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ConfigRecordsTest {
    private static final Path DIR = Path.of("/dir");
    private static final URI URL = URI.create("http://a:1/");

    private static void rejects(ThrowingCallable constructor, String message) {
        assertThatThrownBy(constructor).isInstanceOf(ConfigException.class).hasMessage(message);
    }

    @Test
    void defaults() {
        assertThat(WorkerLimits.defaults(4))
                .isEqualTo(new WorkerLimits(4, Duration.ofSeconds(600), 4L << 30));
        assertThat(GridConfig.DEFAULT.bindAddr()).hasToString("127.0.0.1:0");
        assertThat(DistConfig.defaults(DIR).isEnabled()).isFalse();
        assertThat(DistConfig.defaults(DIR).toolchainCacheBytesMax()).isEqualTo(10_737_418_240L);
        assertThat(DiskCache.defaults(DIR).bytesMax()).isEqualTo(10_737_418_240L);
        assertThat(DiskCache.defaults(DIR).filesMax()).isZero();
        assertThat(CoordinatorConfig.DEFAULT.port()).isEqualTo(4226);
        assertThat(CoordinatorConfig.DEFAULT.idleTimeout()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void rejectsEmptySecrets() {
        var empty = Secret.of("");
        rejects(() -> new ClientAuth.Token(empty), "token: is empty, expected a secret");
        rejects(() -> new WorkerAuth.Token(empty), "token: is empty, expected a secret");
        rejects(() -> new SchedulerAuth.Token(empty), "token: is empty, expected a secret");
        rejects(() -> new SchedulerAuth.JwtToken(empty), "token: is empty, expected a secret");
        rejects(() -> new DistAuth.Token(empty), "token: is empty, expected a secret");
        rejects(() -> new RemoteCache.Redis(empty), "url: is empty, expected a secret");
        rejects(() -> new RemoteCache.Memcached(empty), "url: is empty, expected a secret");
        rejects(
                () -> new RemoteCache.Azure("c", empty),
                "connection_string: is empty, expected a secret");
    }

    @Test
    void rejectsHs256KeyOfAnotherLengthOrAlphabetWithoutShowingIt() {
        for (var key :
                List.of(
                        "",
                        "short",
                        "A".repeat(42),
                        "A".repeat(44),
                        "A".repeat(43) + "=",
                        "+".repeat(43))) {
            assertThatThrownBy(() -> new WorkerAuth.JwtHs256(Secret.of(key)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith("secret_key: is not a key, expected 32 bytes");
        }
        assertThat(new WorkerAuth.JwtHs256(Secret.of("A".repeat(43))).keyBytes()).hasSize(32);
    }

    @Test
    void rejectsIncompleteAuthentication() {
        var ftp = URI.create("ftp://a/");
        rejects(
                () -> new ClientAuth.Mozilla(List.of()),
                "required_groups: is empty, expected at least one group");
        rejects(
                () -> new ClientAuth.JwtValidate("", "i", URL),
                "audience: is empty, expected some text");
        rejects(
                () -> new ClientAuth.ProxyToken(ftp, Duration.ZERO),
                "url: is 'ftp:...', expected an http or https URL");
        rejects(
                () -> new ClientAuth.ProxyToken(URL, Duration.ofSeconds(-1)),
                "cache_secs: is -1, expected at least 0");
        rejects(
                () -> new DistAuth.OAuth2CodeGrantPkce("", URL, URL),
                "client_id: is empty, expected some text");
        rejects(
                () -> new DistAuth.OAuth2Implicit("c", ftp),
                "auth_url: is 'ftp:...', expected an http or https URL");
    }

    @Test
    void rejectsLimitsThatAllowNothing() {
        rejects(
                () -> new WorkerLimits(0, Duration.ofSeconds(1), 1),
                "jobs_max: is 0, expected at least 1");
        rejects(
                () -> new WorkerLimits(1, Duration.ZERO, 1),
                "job_timeout_secs: is 0, expected at least 1");
        rejects(
                () -> new WorkerLimits(1, Duration.ofSeconds(1), 0),
                "job_memory_max: is 0, expected at least 1");
    }

    @Test
    void rejectsRelativePaths() {
        var relative = Path.of("a");
        rejects(() -> new DiskCache(relative, 1, 0), "dir: is 'a', expected an absolute path");
        rejects(
                () -> new Builder.Overlay(relative, DIR, Optional.of(1)),
                "build_dir: is 'a', expected an absolute path");
        rejects(() -> new TlsConfig(DIR, relative), "key: is 'a', expected an absolute path");
        rejects(
                () -> new Toolchain.NoDist(relative),
                "compiler_executable: is 'a', expected an absolute path");
        rejects(
                () -> new Toolchain.PathOverride(DIR, DIR, "cc"),
                "archive_compiler_executable: is 'cc', expected a path that begins with /");
        rejects(
                () ->
                        new RemoteCache.Gcs(
                                "b",
                                Optional.of(relative),
                                Optional.empty(),
                                RemoteCache.Mode.READ_ONLY),
                "cred_path: is 'a', expected an absolute path");
    }

    @Test
    void rejectsOtherNumbersOutOfRange() {
        rejects(
                () -> new Builder.Overlay(DIR, DIR, Optional.of(0)),
                "run_as_uid: is 0, expected at least 1");
        rejects(() -> new DiskCache(DIR, 0, 0), "size: is 0, expected at least 1");
        rejects(() -> new DiskCache(DIR, 1, -1), "files: is -1, expected at least 0");
        rejects(
                () -> new CoordinatorConfig(65_536, Duration.ZERO, false, Optional.empty()),
                "port: is 65536, expected a port of 1 to 65535");
        rejects(
                () -> new CoordinatorConfig(1, Duration.ZERO, false, Optional.of(0)),
                "metrics_port: is 0, expected a port of 1 to 65535");
    }

    @Test
    void rejectsGridThatOtherMachinesReachUnlessToldTo() {
        rejects(
                () -> grid("0.0.0.0:5701", false, 5),
                "bind_addr: is '0.0.0.0:5701', where other machines can reach the grid's member port,"
                        + " and there is no table grid.tls, expected a loopback address, a table"
                        + " grid.tls (cachepot-dist auth init-cluster), or"
                        + " dangerously_insecure = true");
        assertThat(grid("0.0.0.0:5701", true, 5).isDangerouslyInsecure()).isTrue();
        assertThat(grid("[::1]:5701", false, 5).bindAddr().host()).isEqualTo("::1");
        rejects(
                () -> grid("localhost:0", false, 1),
                "no_heartbeat_secs: is 1, expected more than heartbeat_interval_secs, 1");
    }

    private static GridConfig grid(String bindAddr, boolean isInsecure, int noHeartbeatSecs) {
        return new GridConfig(
                "cachepot",
                HostPort.parse(bindAddr),
                Optional.empty(),
                isInsecure,
                List.of(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(noHeartbeatSecs));
    }

    @Test
    void rejectsTwoToolchainsForOneCompiler() {
        var toolchain = new Toolchain.NoDist(DIR);
        rejects(
                () ->
                        new DistConfig(
                                List.of(),
                                DistAuth.DEFAULT,
                                List.of(toolchain, new Toolchain.PathOverride(DIR, DIR, "/cc")),
                                1,
                                DIR,
                                false,
                                DistConfig.Priority.NORMAL,
                                true,
                                true,
                                true),
                "toolchains: is ambiguous about '/dir', expected one entry for each compiler");
    }

    @Test
    void tellsAllMistakesOfARecord() {
        assertThatThrownBy(() -> new WorkerLimits(0, Duration.ZERO, 1))
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.mistakes()).hasSize(2));
    }

    @Test
    void neverPrintsASecret() {
        var secret = Secret.of("hush");
        assertThat(new ClientAuth.Token(secret).toString()).isEqualTo("Token[token=***]");
        assertThat(secret).isEqualTo(Secret.of("hush")).isNotEqualTo(Secret.of("hus"));
    }
}
