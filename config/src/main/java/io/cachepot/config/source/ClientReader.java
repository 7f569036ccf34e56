package io.cachepot.config.source;

import io.cachepot.config.CacheConfig;
import io.cachepot.config.ClientConfig;
import io.cachepot.config.CoordinatorConfig;
import io.cachepot.config.DiskCache;
import io.cachepot.config.DistAuth;
import io.cachepot.config.DistConfig;
import io.cachepot.config.DistConfig.Priority;
import io.cachepot.config.RemoteCache;
import io.cachepot.config.RustConfig;
import io.cachepot.config.Toolchain;
import io.cachepot.config.WebAddress;
import io.cachepot.config.source.TableReader.Variant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a client's settings. */
final class ClientReader {
    private final Platform platform;

    ClientReader(Platform platform) {
        this.platform = platform;
    }

    /**
     * @param file what may stand in the file
     * @param alone what may not
     */
    Read<ClientConfig> read(TableReader file, TableReader alone) {
        var dist = dist(file.table("dist"));
        var cache = cache(file.table("cache"), alone.table("cache"));
        var basedirs = file.list("basedirs", "absolute paths", Path::of).or(List.of());
        var rust = rust(file.table("rust"));
        var coordinator = coordinator(alone.table("coordinator"));
        var process = ProcessReader.read(alone.table("process"));
        return file.build(() ->
                new ClientConfig(
                        dist.get(),
                        cache.get(),
                        basedirs.get(),
                        rust.get(),
                        coordinator.get(),
                        process.get()));
    }

    private Read<DistConfig> dist(TableReader table) {
        var defaults = DistConfig.defaults(platform.distCacheDirectory());
        var urls =
                table.oneOrList("scheduler_url", SchedulerUrl.EXPECTED, SchedulerUrl::parse)
                        .or(defaults.schedulerUrls());
        var auth =
                table.optionalTable("auth")
                        .map(ClientReader::auth)
                        .orElseGet(() -> new Read.Given<>(defaults.auth()));
        var toolchains = table.tables("toolchains").stream().map(ClientReader::toolchain).toList();
        var cacheBytes = table.size("toolchain_cache_size").or(defaults.toolchainCacheBytesMax());
        var cacheDir = table.path("cache_dir").or(defaults.cacheDir());
        var rewriteIncludesOnly =
                table.truth("rewrite_includes_only").or(defaults.isRewriteIncludesOnly());
        var priority =
                table.text("priority", "low, normal or high", ClientReader::priority)
                        .or(defaults.priority());
        var resultCache = table.truth("result_cache").or(defaults.isResultCache());
        var smallLocal = table.truth("small_local").or(defaults.isSmallLocal());
        var buildsReported = table.truth("report_builds").or(defaults.isBuildsReported());
        return table.build(() ->
                new DistConfig(
                        urls.get(),
                        auth.get(),
                        toolchains.stream().map(Read::get).toList(),
                        cacheBytes.get(),
                        cacheDir.get(),
                        rewriteIncludesOnly.get(),
                        priority.get(),
                        resultCache.get(),
                        smallLocal.get(),
                        buildsReported.get()));
    }

    private static Priority priority(String text) {
        return switch (text) {
            case "low" -> Priority.LOW;
            case "normal" -> Priority.NORMAL;
            case "high" -> Priority.HIGH;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static Read<DistAuth> auth(TableReader table) {
        return table.choice(
                List.of(
                        new Variant<>("token", ClientReader::token),
                        new Variant<>("mozilla", t -> t.build(DistAuth.Mozilla::new)),
                        new Variant<>("oauth2_code_grant_pkce", ClientReader::codeGrant),
                        new Variant<>("oauth2_implicit", ClientReader::implicit)));
    }

    private static Read<DistAuth> token(TableReader table) {
        var token = table.secret("token").required();
        return table.build(() -> new DistAuth.Token(token.get()));
    }

    private static Read<DistAuth> codeGrant(TableReader table) {
        var clientId = table.text("client_id").required();
        var authUrl = table.text("auth_url", WebAddress.EXPECTED, WebAddress::parse).required();
        var tokenUrl = table.text("token_url", WebAddress.EXPECTED, WebAddress::parse).required();
        return table.build(() ->
                new DistAuth.OAuth2CodeGrantPkce(clientId.get(), authUrl.get(), tokenUrl.get()));
    }

    private static Read<DistAuth> implicit(TableReader table) {
        var clientId = table.text("client_id").required();
        var authUrl = table.text("auth_url", WebAddress.EXPECTED, WebAddress::parse).required();
        return table.build(() -> new DistAuth.OAuth2Implicit(clientId.get(), authUrl.get()));
    }

    private static Read<Toolchain> toolchain(TableReader table) {
        return table.choice(
                List.of(
                        new Variant<>("path_override", ClientReader::pathOverride),
                        new Variant<>("no_dist", ClientReader::noDist)));
    }

    private static Read<Toolchain> pathOverride(TableReader table) {
        var compiler = table.path("compiler_executable").required();
        var archive = table.path("archive").required();
        var archiveCompiler = table.text("archive_compiler_executable").required();
        return table.build(() ->
                new Toolchain.PathOverride(compiler.get(), archive.get(), archiveCompiler.get()));
    }

    private static Read<Toolchain> noDist(TableReader table) {
        var compiler = table.path("compiler_executable").required();
        return table.build(() -> new Toolchain.NoDist(compiler.get()));
    }

    private Read<CacheConfig> cache(TableReader table, TableReader alone) {
        var disk = disk(table.table("disk"));
        var remotes = new ArrayList<Read<RemoteCache>>();
        table.optionalTable("s3").map(ClientReader::s3).ifPresent(remotes::add);
        table.optionalTable("redis").map(ClientReader::redis).ifPresent(remotes::add);
        table.optionalTable("memcached").map(ClientReader::memcached).ifPresent(remotes::add);
        table.optionalTable("gcs").map(ClientReader::gcs).ifPresent(remotes::add);
        alone.optionalTable("azure").map(ClientReader::azure).ifPresent(remotes::add);
        return table.build(
                () -> new CacheConfig(disk.get(), remotes.stream().map(Read::get).toList()));
    }

    private Read<DiskCache> disk(TableReader table) {
        var defaults = DiskCache.defaults(platform.cacheDirectory());
        var dir = table.path("dir").or(defaults.dir());
        var size = table.size("size").or(defaults.bytesMax());
        var files = table.whole("files").or(defaults.filesMax());
        return table.build(() -> new DiskCache(dir.get(), size.get(), files.get()));
    }

    private static Read<RemoteCache> s3(TableReader table) {
        var bucket = table.text("bucket").required();
        var endpoint = table.text("endpoint").optional();
        var keyPrefix = table.text("key_prefix").or(RemoteCache.S3.DEFAULT_KEY_PREFIX);
        var region = table.text("region").optional();
        var isPublic = table.truth("public").or(RemoteCache.S3.DEFAULT_PUBLIC);
        return table.build(() ->
                new RemoteCache.S3(
                        bucket.get(),
                        endpoint.get(),
                        keyPrefix.get(),
                        region.get(),
                        isPublic.get()));
    }

    private static Read<RemoteCache> redis(TableReader table) {
        var url = table.secret("url").required();
        return table.build(() -> new RemoteCache.Redis(url.get()));
    }

    private static Read<RemoteCache> memcached(TableReader table) {
        var url = table.secret("url").required();
        return table.build(() -> new RemoteCache.Memcached(url.get()));
    }

    private static Read<RemoteCache> gcs(TableReader table) {
        var bucket = table.text("bucket").required();
        var credPath = table.path("cred_path").optional();
        var url = table.text("url", WebAddress.EXPECTED, WebAddress::parse).optional();
        var mode =
                table.text("rw_mode", "READ_ONLY or READ_WRITE", ClientReader::mode)
                        .or(RemoteCache.Gcs.DEFAULT_MODE);
        return table.build(
                () -> new RemoteCache.Gcs(bucket.get(), credPath.get(), url.get(), mode.get()));
    }

    private static RemoteCache.Mode mode(String text) {
        return switch (text) {
            case "READ_ONLY" -> RemoteCache.Mode.READ_ONLY;
            case "READ_WRITE" -> RemoteCache.Mode.READ_WRITE;
            default ->
                    throw new IllegalArgumentException(
                            "is '" + text + "', expected READ_ONLY or READ_WRITE");
        };
    }

    private static Read<RemoteCache> azure(TableReader table) {
        var container = table.text("container").required();
        var connectionString = table.secret("connection_string").required();
        return table.build(() -> new RemoteCache.Azure(container.get(), connectionString.get()));
    }

    private static Read<RustConfig> rust(TableReader table) {
        var incremental = table.truth("incremental").or(RustConfig.DEFAULT.isIncremental());
        return table.build(() -> new RustConfig(incremental.get()));
    }

    private static Read<CoordinatorConfig> coordinator(TableReader table) {
        var defaults = CoordinatorConfig.DEFAULT;
        var port = table.whole("port").or(defaults.port());
        var idleTimeout = table.seconds("idle_timeout_secs").or(defaults.idleTimeout());
        var recache = table.truth("recache").or(defaults.isRecache());
        var metricsPort = table.whole("metrics_port").optional();
        return table.build(() ->
                new CoordinatorConfig(
                        port.get(), idleTimeout.get(), recache.get(), metricsPort.get()));
    }
}
