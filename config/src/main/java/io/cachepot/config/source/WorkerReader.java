package io.cachepot.config.source;

import io.cachepot.config.Builder;
import io.cachepot.config.HostPort;
import io.cachepot.config.PublicAddress;
import io.cachepot.config.SchedulerAuth;
import io.cachepot.config.WorkerConfig;
import io.cachepot.config.WorkerLimits;
import io.cachepot.config.source.TableReader.Variant;
import java.util.List;

/** Reads a worker's settings. */
final class WorkerReader {
    private final Platform platform;

    WorkerReader(Platform platform) {
        this.platform = platform;
    }

    Read<WorkerConfig> read(TableReader file, TableReader alone) {
        file.renamed("bind_address", "bind_addr");
        var publicAddr =
                file.text("public_addr", PublicAddress.EXPECTED, PublicAddress::parse).required();
        var bindAddr = file.text("bind_addr", HostPort.EXPECTED, HostPort::parse);
        var cacheDir = file.path("cache_dir").required();
        var cacheBytes =
                file.size("toolchain_cache_size")
                        .or(WorkerConfig.DEFAULT_TOOLCHAIN_CACHE_BYTES_MAX);
        var resultBytes =
                file.size("result_cache_size").or(WorkerConfig.DEFAULT_RESULT_CACHE_BYTES_MAX);
        var metricsToken = file.secret("metrics_token").optional();
        var urls =
                file.oneOrList("scheduler_url", SchedulerUrl.EXPECTED, SchedulerUrl::parse)
                        .required();
        var builder = builder(file.requiredTable("builder"));
        var schedulerAuth = schedulerAuth(file.requiredTable("scheduler_auth"));
        var limits = limits(file.table("limits"));
        var grid = file.optionalTable("grid").map(GridReader::read);
        var process = ProcessReader.read(alone.table("process"));
        return file.build(() ->
                new WorkerConfig(
                        publicAddr.get(),
                        bindAddr.or(() -> publicAddr.get().address()).get(),
                        cacheDir.get(),
                        cacheBytes.get(),
                        resultBytes.get(),
                        metricsToken.get(),
                        urls.get(),
                        builder.get(),
                        schedulerAuth.get(),
                        limits.get(),
                        grid.map(Read::get),
                        process.get()));
    }

    private static Read<Builder> builder(TableReader table) {
        return table.choice(
                List.of(
                        new Variant<>("overlay", WorkerReader::overlay),
                        new Variant<>("docker", t -> unsupported(t, "docker")),
                        new Variant<>("pot", t -> unsupported(t, "pot"))));
    }

    private static Read<Builder> overlay(TableReader table) {
        var buildDir = table.path("build_dir").required();
        var bwrapPath = table.path("bwrap_path").or(Builder.Overlay.DEFAULT_BWRAP_PATH);
        var uid = table.whole("run_as_uid").optional();
        return table.build(() -> new Builder.Overlay(buildDir.get(), bwrapPath.get(), uid.get()));
    }

    private static Read<Builder> unsupported(TableReader table, String type) {
        return table.refuse(
                "type", "is '" + type + "', which is not supported, expected 'overlay'");
    }

    private static Read<SchedulerAuth> schedulerAuth(TableReader table) {
        return table.choice(
                List.of(
                        new Variant<>("jwt_token", WorkerReader::jwtToken),
                        new Variant<>("token", WorkerReader::token),
                        new Variant<>(
                                "DANGEROUSLY_INSECURE",
                                t -> t.build(SchedulerAuth.Insecure::new))));
    }

    private static Read<SchedulerAuth> jwtToken(TableReader table) {
        var token = table.secret("token").required();
        return table.build(() -> new SchedulerAuth.JwtToken(token.get()));
    }

    private static Read<SchedulerAuth> token(TableReader table) {
        var token = table.secret("token").required();
        return table.build(() -> new SchedulerAuth.Token(token.get()));
    }

    private Read<WorkerLimits> limits(TableReader table) {
        var defaults = WorkerLimits.defaults(platform.processors());
        var jobsMax = table.whole("jobs_max").or(defaults.jobsMax());
        var timeout = table.seconds("job_timeout_secs").or(defaults.jobTimeout());
        var memory = table.size("job_memory_max").or(defaults.jobMemoryBytesMax());
        return table.build(() -> new WorkerLimits(jobsMax.get(), timeout.get(), memory.get()));
    }
}
