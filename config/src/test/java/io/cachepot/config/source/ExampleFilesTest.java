package io.cachepot.config.source;

import static io.cachepot.config.source.Sources.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.config.Builder;
import io.cachepot.config.ClientAuth;
import io.cachepot.config.ClientConfig;
import io.cachepot.config.CoordinatorConfig;
import io.cachepot.config.DistAuth;
import io.cachepot.config.GridConfig;
import io.cachepot.config.HostPort;
import io.cachepot.config.PublicAddress;
import io.cachepot.config.SchedulerAuth;
import io.cachepot.config.SchedulerConfig;
import io.cachepot.config.Secret;
import io.cachepot.config.Toolchain;
import io.cachepot.config.WorkerAuth;
import io.cachepot.config.WorkerConfig;
import io.cachepot.config.WorkerLimits;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that users copy, and the same in JSON. */
class ExampleFilesTest {
    private static final Path EXAMPLES = Path.of("examples");
    private static final Path JSON = Path.of("src/test/resources");

    @TempDir private Path directory;

    private Path copy(Path file) throws IOException {
        var name = String.valueOf(file.getFileName());
        return Sources.write(directory.resolve(name), Files.readString(file));
    }

    private Loaded<ClientConfig> client(Path file) throws IOException {
        return Sources.client(copy(file), Map.of()).client();
    }

    private SchedulerConfig scheduler(Path file) throws IOException {
        return Sources.loader().scheduler(copy(file)).config();
    }

    private WorkerConfig worker(Path file) throws IOException {
        return Sources.loader().worker(copy(file)).config();
    }

    @Test
    void clientMapsEveryKey() throws IOException {
        // When
        var loaded = client(EXAMPLES.resolve("client.conf"));

        // Then
        var config = loaded.config();
        assertThat(loaded.warnings()).isEmpty();
        assertThat(config.basedirs()).isEmpty();
        var dist = config.dist();
        assertThat(dist.schedulerUrls()).containsExactly(URI.create("http://127.0.0.1:10600/"));
        assertThat(dist.auth()).isEqualTo(new DistAuth.Token(Secret.of("my client token")));
        assertThat(dist.toolchains())
                .containsExactly(
                        new Toolchain.PathOverride(
                                Path.of("/home/me/clang/bin/clang"),
                                Path.of("/home/me/toolchains/clang.tar.gz"),
                                "/builds/clang/bin/clang"),
                        new Toolchain.NoDist(Path.of("/opt/licensed/bin/cc")));
        assertThat(dist.toolchainCacheBytesMax()).isEqualTo(5L << 30);
        assertThat(dist.cacheDir()).isEqualTo(Path.of("/home/me/.cache/cachepot-dist-client"));
        assertThat(dist.isRewriteIncludesOnly()).isFalse();
        assertThat(config.cache().disk().dir()).isEqualTo(Path.of("/home/me/.cache/cachepot"));
        assertThat(config.cache().disk().bytesMax()).isEqualTo(10L << 30);
        assertThat(config.cache().disk().filesMax()).isEqualTo(500_000);
        assertThat(config.cache().remotes()).isEmpty();
        assertThat(config.coordinator()).isEqualTo(CoordinatorConfig.DEFAULT);
    }

    @Test
    void schedulerMapsEveryKey() throws IOException {
        // When
        var config = scheduler(EXAMPLES.resolve("scheduler.conf"));

        // Then
        assertThat(config.publicAddr()).isEqualTo(PublicAddress.parse("127.0.0.1:10600"));
        assertThat(config.bindAddr()).isEqualTo(new HostPort("127.0.0.1", 10600));
        assertThat(config.clientAuth())
                .isEqualTo(new ClientAuth.Token(Secret.of("my client token")));
        assertThat(config.workerAuth()).isEqualTo(new WorkerAuth.JwtHs256(Secret.of(KEY)));
        assertThat(config.tls()).isEmpty();
        assertThat(config.grid()).isEqualTo(GridConfig.DEFAULT);
    }

    @Test
    void workerMapsEveryKey() throws IOException {
        // When
        var config = worker(EXAMPLES.resolve("worker.conf"));

        // Then
        assertThat(config.publicAddr()).isEqualTo(PublicAddress.parse("127.0.0.1:10501"));
        assertThat(config.bindAddr()).isEqualTo(new HostPort("127.0.0.1", 10501));
        assertThat(config.cacheDir()).isEqualTo(Path.of("/var/cache/cachepot/toolchains"));
        assertThat(config.toolchainCacheBytesMax()).isEqualTo(10L << 30);
        assertThat(config.schedulerUrls()).containsExactly(URI.create("http://127.0.0.1:10600/"));
        assertThat(config.builder())
                .isEqualTo(
                        new Builder.Overlay(
                                Path.of("/var/cache/cachepot/build"),
                                Path.of("/usr/bin/bwrap"),
                                Optional.of(65_534)));
        assertThat(config.schedulerAuth())
                .isEqualTo(new SchedulerAuth.JwtToken(Secret.of("my worker's token")));
        assertThat(config.limits())
                .isEqualTo(new WorkerLimits(8, Duration.ofSeconds(600), 2L << 30));
        assertThat(config.grid()).isEmpty();
    }

    @Test
    void jsonTwinsMeanTheSame() throws IOException {
        assertThat(client(JSON.resolve("client.json")).config())
                .isEqualTo(client(EXAMPLES.resolve("client.conf")).config());
        assertThat(scheduler(JSON.resolve("scheduler.json")))
                .isEqualTo(scheduler(EXAMPLES.resolve("scheduler.conf")));
        assertThat(worker(JSON.resolve("worker.json")))
                .isEqualTo(worker(EXAMPLES.resolve("worker.conf")));
    }

    /** The quickstart's files as users have them, addresses filled in. */
    @Test
    void quickstartSchedulerLoads() {
        // Given
        var file =
                Sources.write(
                        directory.resolve("scheduler.conf"),
                        """
                        # The socket address the scheduler will listen on.
                        public_addr = "127.0.0.1:10600"

                        [client_auth]
                        type = "token"
                        token = "my client token"

                        [server_auth]
                        type = "jwt_hs256"
                        secret_key = "%s"
                        """
                                .formatted(KEY));

        // When
        var loaded = Sources.loader().scheduler(file);

        // Then
        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.config().clientAuth())
                .isEqualTo(new ClientAuth.Token(Secret.of("my client token")));
        assertThat(loaded.config().workerAuth()).isEqualTo(new WorkerAuth.JwtHs256(Secret.of(KEY)));
        assertThat(loaded.config().publicUrl()).isEqualTo(URI.create("http://127.0.0.1:10600/"));
    }

    @Test
    void quickstartSchedulerOfMozillaLoads() {
        // Given
        var file =
                Sources.write(
                        directory.resolve("scheduler.conf"),
                        """
                        public_addr = "http://127.0.0.1:10600"
                        [client_auth]
                        type = "mozilla"
                        required_groups = ["group_name"]
                        [worker_auth]
                        type = "jwt_hs256"
                        secret_key = "%s"
                        """
                                .formatted(KEY));

        // When
        var config = Sources.loader().scheduler(file).config();

        // Then
        assertThat(config.clientAuth()).isEqualTo(new ClientAuth.Mozilla(List.of("group_name")));
        assertThat(config.bindAddr()).isEqualTo(new HostPort("127.0.0.1", 10600));
    }

    /** The quickstart writes a placeholder there; it must be replaced. */
    @Test
    void quickstartsPlaceholderOfAKeyIsRefusedWithTheCommandThatMakesOne() {
        var file =
                Sources.write(
                        directory.resolve("scheduler.conf"),
                        """
                        public_addr = "127.0.0.1:10600"
                        [client_auth]
                        type = "token"
                        token = "my client token"
                        [worker_auth]
                        type = "jwt_hs256"
                        secret_key = "my secret key"
                        """);
        Sources.rejects(
                () -> Sources.loader().scheduler(file),
                file
                        + ":7:1: worker_auth.secret_key: is not a key, expected 32 bytes as base64url"
                        + " without padding, as `cachepot-dist auth generate-jwt-hs256-key` prints");
    }

    @Test
    void quickstartWorkerLoads() {
        // Given
        var file =
                Sources.write(
                        directory.resolve("worker.conf"),
                        """
                        # This is where client toolchains will be stored.
                        cache_dir = "/tmp/toolchains"
                        # The maximum size of the toolchain cache, in bytes.
                        # If unspecified the default is 10GB.
                        # toolchain_cache_size = 10737418240
                        public_addr = "worker.example.org:10501"
                        scheduler_url = "https://scheduler.example.org"

                        [builder]
                        type = "overlay"
                        build_dir = "/tmp/build"
                        bwrap_path = "/usr/bin/bwrap"

                        [scheduler_auth]
                        type = "jwt_token"
                        token = "my worker's token"
                        """);

        // When
        var config = Sources.loader().worker(file).config();

        // Then
        assertThat(config.toolchainCacheBytesMax()).isEqualTo(10_737_418_240L);
        assertThat(config.publicUrl()).isEqualTo(URI.create("https://worker.example.org:10501/"));
        assertThat(config.schedulerUrls())
                .containsExactly(URI.create("https://scheduler.example.org/"));
        assertThat(config.builder())
                .isEqualTo(
                        new Builder.Overlay(
                                Path.of("/tmp/build"),
                                Path.of("/usr/bin/bwrap"),
                                Optional.empty()));
        assertThat(config.limits()).isEqualTo(WorkerLimits.defaults(4));
    }

    @Test
    void quickstartClientLoads() {
        // Given
        var file =
                Sources.write(
                        directory.resolve("config"),
                        """
                        [dist]
                        scheduler_url = "127.0.0.1:10600"
                        toolchains = []
                        toolchain_cache_size = 5368709120

                        [dist.auth]
                        type = "token"
                        token = "my client token"
                        """);

        // When
        var dist = Sources.client(file, Map.of()).client().config().dist();

        // Then
        assertThat(dist.schedulerUrls()).containsExactly(URI.create("http://127.0.0.1:10600/"));
        assertThat(dist.toolchains()).isEmpty();
        assertThat(dist.toolchainCacheBytesMax()).isEqualTo(5_368_709_120L);
        assertThat(dist.auth()).isEqualTo(new DistAuth.Token(Secret.of("my client token")));
    }

    @Test
    void quickstartClientOfMozillaWithACustomToolchainLoads() {
        // Given
        var archive = "/home/me/.mozbuild/toolchains/33d92fcd79ffef6e-clang-dist-toolchain.tar.xz";
        var file =
                Sources.write(
                        directory.resolve("config"),
                        """
                        [dist]
                        scheduler_url = "https://scheduler.example.org/"

                        [dist.auth]
                        type = "mozilla"

                        [[dist.toolchains]]
                        type = "path_override"
                        compiler_executable = "/home/me/.mozbuild/clang/bin/clang"
                        archive = "%s"
                        archive_compiler_executable = "/builds/worker/toolchains/clang/bin/clang"
                        """
                                .formatted(archive));

        // When
        var dist = Sources.client(file, Map.of()).client().config().dist();

        // Then
        assertThat(dist.auth()).isEqualTo(new DistAuth.Mozilla());
        assertThat(dist.toolchains())
                .containsExactly(
                        new Toolchain.PathOverride(
                                Path.of("/home/me/.mozbuild/clang/bin/clang"),
                                Path.of(archive),
                                "/builds/worker/toolchains/clang/bin/clang"));
    }
}
