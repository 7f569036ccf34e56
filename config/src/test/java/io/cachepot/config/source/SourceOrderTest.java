package io.cachepot.config.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.config.ClientConfig;
import io.cachepot.config.DistAuth;
import io.cachepot.config.RemoteCache;
import io.cachepot.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flags, then environment, then file, then default; and every variable there is. */
class SourceOrderTest {
    @TempDir private Path directory;

    private ConfigLoader loader(String text, Map<String, String> variables, Flag... flags) {
        return Sources.client(Sources.write(directory.resolve("config"), text), variables, flags);
    }

    private ClientConfig client(Map<String, String> variables) {
        return loader("", variables).client().config();
    }

    private RemoteCache remote(Map<String, String> variables) {
        var remotes = client(variables).cache().remotes();
        assertThat(remotes).hasSize(1);
        return remotes.getFirst();
    }

    @Test
    void withoutAnySourceAllIsDefault() {
        // Given
        var platform = Sources.platform(Map.of("XDG_CONFIG_HOME", directory.toString()));

        // When
        var loaded = new ConfigLoader(platform).client();

        // Then
        var config = loaded.config();
        assertThat(config.dist().isEnabled()).isFalse();
        assertThat(config.dist().auth()).isEqualTo(DistAuth.DEFAULT);
        assertThat(config.cache().disk().dir()).isEqualTo(Path.of("/home/me/.cache/cachepot"));
        assertThat(config.process().isForeground()).isFalse();
        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.origins().values()).containsOnly(new Origin.Default());
    }

    @Test
    void eachSourceWinsOverTheNext() {
        // Given
        var file = "[cache.disk]\ndir = '/file'\nsize = '1G'\n";
        var variables =
                Map.of(
                        "CACHEPOT_DIR", "/environment",
                        "CACHEPOT_CACHE_SIZE", "2G",
                        "CACHEPOT_CACHE_FILES", "300000");
        var flag = new Flag("--cache-dir", "cache.disk.dir", "/flag");

        // When
        var fromFile = loader(file, Map.of()).client();
        var fromEnvironment = loader(file, variables).client();
        var fromFlag = loader(file, variables, flag).client();

        // Then
        assertThat(fromFile.config().cache().disk().dir()).isEqualTo(Path.of("/file"));
        assertThat(fromFile.origins().get("cache.disk.dir")).isInstanceOf(Origin.InFile.class);
        assertThat(fromEnvironment.config().cache().disk().dir())
                .isEqualTo(Path.of("/environment"));
        assertThat(fromEnvironment.origins())
                .containsEntry("cache.disk.dir", new Origin.Environment("CACHEPOT_DIR"));
        assertThat(fromFlag.config().cache().disk().dir()).isEqualTo(Path.of("/flag"));
        assertThat(fromFlag.config().cache().disk().bytesMax()).isEqualTo(2L << 30);
        assertThat(fromFlag.config().cache().disk().filesMax()).isEqualTo(300_000);
        assertThat(fromFlag.origins())
                .containsEntry("cache.disk.dir", new Origin.CommandLine("--cache-dir"));
    }

    @Test
    void laterOfTwoFlagsWins() {
        var loaded =
                loader(
                                "",
                                Map.of(),
                                new Flag("--port", "coordinator.port", "1"),
                                new Flag("--port", "coordinator.port", "2"))
                        .client();
        assertThat(loaded.config().coordinator().port()).isEqualTo(2);
    }

    @Test
    void emptyVariableCountsAsNotSet() {
        var config = client(Map.of("CACHEPOT_DIR", "", "CACHEPOT_REDIS", ""));
        assertThat(config.cache().disk().dir()).isEqualTo(Path.of("/home/me/.cache/cachepot"));
        assertThat(config.cache().remotes()).isEmpty();
    }

    @Test
    void coordinatorIsSetByItsVariables() {
        // When
        var coordinator =
                client(
                                Map.of(
                                        "CACHEPOT_COORDINATOR_PORT", "5000",
                                        "CACHEPOT_IDLE_TIMEOUT", "0",
                                        "CACHEPOT_METRICS_PORT", "9464",
                                        "CACHEPOT_RECACHE", ""))
                        .coordinator();

        // Then
        assertThat(coordinator.port()).isEqualTo(5000);
        assertThat(coordinator.idleTimeout()).isEqualTo(Duration.ZERO);
        assertThat(coordinator.isRecache()).isTrue();
        assertThat(coordinator.metricsPort()).contains(9464);
    }

    @Test
    void processIsSetByItsVariables() {
        // When
        var process =
                client(
                                Map.of(
                                        "CACHEPOT_NO_DAEMON", "1",
                                        "CACHEPOT_ERROR_LOG", "/log",
                                        "RUST_LOG", "trace",
                                        "CACHEPOT_LOG", "cachepot=debug"))
                        .process();

        // Then
        assertThat(process.isForeground()).isTrue();
        assertThat(process.errorLog()).contains(Path.of("/log"));
        assertThat(process.logFilter().everything()).isEmpty();
        assertThat(process.logFilter().levels()).containsEntry("io.cachepot", Level.FINE);
    }

    @Test
    void rustLogCountsWhereCachepotLogIsUnset() {
        var filter = client(Map.of("RUST_LOG", "trace")).process().logFilter();
        assertThat(filter.everything()).contains(Level.FINEST);
    }

    @Test
    void onlyOneMeansForeground() {
        assertThat(client(Map.of("CACHEPOT_NO_DAEMON", "yes")).process().isForeground()).isFalse();
    }

    @Test
    void clusterIsSetByItsVariables() {
        // When
        var dist =
                client(
                                Map.of(
                                        "CACHEPOT_SCHEDULER_URL", "http://a:1, http://b:2/",
                                        "CACHEPOT_DIST_TOKEN", "t"))
                        .dist();

        // Then
        assertThat(dist.schedulerUrls())
                .containsExactly(URI.create("http://a:1/"), URI.create("http://b:2/"));
        assertThat(dist.auth()).isEqualTo(new DistAuth.Token(Secret.of("t")));
    }

    @Test
    void basedirsAreSeparatedLikePath() {
        assertThat(client(Map.of("CACHEPOT_BASEDIRS", "/a::/b")).basedirs())
                .isEqualTo(List.of(Path.of("/a"), Path.of("/b")));
    }

    @Test
    void s3IsSetByItsVariables() {
        assertThat(
                        remote(
                                Map.of(
                                        "CACHEPOT_BUCKET", "b",
                                        "CACHEPOT_ENDPOINT", "e:1",
                                        "CACHEPOT_REGION", "r",
                                        "CACHEPOT_S3_KEY_PREFIX", "p",
                                        "SCCACHE_S3_PUBLIC", "true")))
                .isEqualTo(
                        new RemoteCache.S3("b", Optional.of("e:1"), "p", Optional.of("r"), true));
    }

    @Test
    void redisAndMemcachedAreSetByTheirVariables() {
        assertThat(remote(Map.of("CACHEPOT_REDIS", "redis://r")))
                .isEqualTo(new RemoteCache.Redis(Secret.of("redis://r")));
        assertThat(remote(Map.of("CACHEPOT_MEMCACHED", "tcp://m")))
                .isEqualTo(new RemoteCache.Memcached(Secret.of("tcp://m")));
    }

    @Test
    void gcsIsSetByItsVariables() {
        assertThat(
                        remote(
                                Map.of(
                                        "CACHEPOT_GCS_BUCKET", "b",
                                        "CACHEPOT_GCS_KEY_PATH", "/key",
                                        "CACHEPOT_GCS_CREDENTIALS_URL", "http://c/x",
                                        "CACHEPOT_GCS_RW_MODE", "READ_WRITE")))
                .isEqualTo(
                        new RemoteCache.Gcs(
                                "b",
                                Optional.of(Path.of("/key")),
                                Optional.of(URI.create("http://c/x")),
                                RemoteCache.Mode.READ_WRITE));
    }

    @Test
    void azureIsSetByItsVariables() {
        assertThat(
                        remote(
                                Map.of(
                                        "CACHEPOT_AZURE_BLOB_CONTAINER", "c",
                                        "CACHEPOT_AZURE_CONNECTION_STRING", "s")))
                .isEqualTo(new RemoteCache.Azure("c", Secret.of("s")));
    }

    @Test
    void backendOfTheEnvironmentReplacesThatOfTheFileAsAWhole() {
        // Given
        var file = "[cache.s3]\nbucket = 'file'\nregion = 'r'\npublic = true\n";

        // When
        var config = loader(file, Map.of("CACHEPOT_BUCKET", "environment")).client().config();

        // Then
        assertThat(config.cache().remotes())
                .containsExactly(
                        new RemoteCache.S3(
                                "environment", Optional.empty(), "", Optional.empty(), false));
    }

    @Test
    void variableOfABackendThatIsOffIsWarnedAbout() {
        assertThat(loader("", Map.of("CACHEPOT_REGION", "r")).client().warnings())
                .containsExactly("CACHEPOT_REGION: is ignored, because CACHEPOT_BUCKET is not set");
    }

    @Test
    void senselessLogDirectiveIsWarnedAbout() {
        assertThat(loader("", Map.of("CACHEPOT_LOG", "info,a=loud")).client().warnings())
                .containsExactly(
                        "CACHEPOT_LOG: 'a=loud' is ignored, expected a level, a target or"
                                + " target=level");
    }

    @Test
    void aSettingWithoutEffectIsWarnedAbout() {
        assertThat(loader("[dist]\nrewrite_includes_only = true", Map.of()).client().warnings())
                .containsExactly(
                        "dist.rewrite_includes_only: has no effect, for workers get sources and"
                                + " headers as they are; it can be removed");
    }

    @Test
    void crateSettingsComeFromFileAndEnvironment() {
        String file = "[rust]\nincremental = false";
        assertThat(loader("", Map.of()).client().config().rust().isIncremental()).isTrue();
        assertThat(loader(file, Map.of()).client().config().rust().isIncremental()).isFalse();
        assertThat(
                        loader(file, Map.of("CACHEPOT_RUST_INCREMENTAL", "true"))
                                .client()
                                .config()
                                .rust()
                                .isIncremental())
                .isTrue();
    }
}
