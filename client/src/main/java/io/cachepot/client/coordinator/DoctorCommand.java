package io.cachepot.client.coordinator;

import io.cachepot.client.cache.DiskStore;
import io.cachepot.client.cli.ClientCommand.OutputFormat;
import io.cachepot.client.compiler.SearchedPath;
import io.cachepot.client.doctor.CacheCheck;
import io.cachepot.client.doctor.CompilerCheck;
import io.cachepot.client.doctor.ConfigurationCheck;
import io.cachepot.client.doctor.EnvironmentCheck;
import io.cachepot.client.doctor.StatisticsCheck;
import io.cachepot.client.stats.KeptStats;
import io.cachepot.client.wrapper.WrapperRequest;
import io.cachepot.config.ClientConfig;
import io.cachepot.config.source.Platform;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.text.DoctorReport;
import io.cachepot.protocol.text.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Answers {@code --doctor}: with exit code 1 when something failed. */
final class DoctorCommand {
    private final ClientConfig config;
    private final Path socket;
    private final String version;
    private final DiskStore store;
    private final CompilerRegistry compilers;
    private final DistStatus distStatus;
    private final KeptStats stats;

    DoctorCommand(
            ClientConfig config,
            Path socket,
            String version,
            DiskStore store,
            CompilerRegistry compilers,
            DistStatus distStatus,
            KeptStats stats) {
        this.config = config;
        this.socket = socket;
        this.version = version;
        this.store = store;
        this.compilers = compilers;
        this.distStatus = distStatus;
        this.stats = stats;
    }

    void run(OutputFormat format, WrapperRequest request, BuildSide build)
            throws IOException, InterruptedException {
        var report = new DoctorReport(findings(request, build));
        String text = format == OutputFormat.JSON ? report.json() : report.text();
        build.finish(Bytes.utf8(text), Bytes.EMPTY, report.isHealthy() ? 0 : 1);
    }

    private List<Finding> findings(WrapperRequest request, BuildSide build)
            throws IOException, InterruptedException {
        Map<String, String> environment = request.environment();
        var findings = new ArrayList<Finding>();
        findings.add(versions(request, build));
        findings.addAll(ConfigurationCheck.of(platform(environment), config));
        findings.addAll(
                new CacheCheck(InstantSource.system())
                        .of(config.cache().disk().dir(), store.bytes(), store.bytesMax()));
        findings.addAll(
                new CompilerCheck(
                                SearchedPath.of(environment),
                                Path.of(request.cwd()),
                                Path.of(request.self()),
                                file -> compilers.find(file, environment, build))
                        .look());
        findings.addAll(
                new EnvironmentCheck(environment).look(Session.untrackedVariable(environment)));
        findings.addAll(StatisticsCheck.of(stats.tally()));
        findings.add(scheduler());
        return findings;
    }

    private Finding versions(WrapperRequest request, BuildSide build)
            throws IOException, InterruptedException {
        var said =
                build.run(request.self(), List.of("cachepot", "--version"), List.of())
                        .stdoutText()
                        .strip();
        String text = said + " at " + request.self() + ", coordinator " + version + " at " + socket;
        boolean isSame = said.equals("cachepot " + version) || version.equals(Version.UNKNOWN);
        return isSame
                ? Finding.ok("coordinator", text)
                : Finding.warn(
                        "coordinator",
                        text,
                        "they are of different releases: cachepot --stop-coordinator, the next"
                                + " compile starts the right one");
    }

    /** Of whoever asks, who may have other variables than the coordinator. */
    private static Platform platform(Map<String, String> environment) {
        Platform here = Platform.current();
        return new Platform(here.system(), here.home(), environment, here.processors());
    }

    private Finding scheduler() throws InterruptedException {
        if (!config.dist().isEnabled()) {
            return Finding.ok("scheduler", "none is configured: compiles stay on this machine");
        }
        String urls = config.dist().schedulerUrls().toString();
        List<String> troubles = distStatus.troubles();
        if (troubles.isEmpty()) {
            return Finding.ok("scheduler", urls + " answers");
        }
        String text = urls + ": " + String.join("; ", troubles);
        return distStatus.isCutOff(troubles)
                ? Finding.fail(
                        "scheduler",
                        text,
                        "compiles stay here; check dist.scheduler_url, dist.auth and the"
                                + " scheduler's log")
                : Finding.warn(
                        "scheduler",
                        text,
                        "compiles go on through the others; see that scheduler's log");
    }
}
