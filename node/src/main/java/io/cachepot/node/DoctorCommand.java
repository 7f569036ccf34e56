package io.cachepot.node;

import io.cachepot.config.ConfigException;
import io.cachepot.config.source.ConfigLoader;
import io.cachepot.config.source.Platform;
import io.cachepot.node.doctor.SchedulerCheckup;
import io.cachepot.node.doctor.SettingsCheck;
import io.cachepot.node.doctor.WorkerCheckup;
import io.cachepot.protocol.text.DoctorReport;
import io.cachepot.protocol.text.Finding;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cachepot-dist doctor}. */
@Command(
        name = "doctor",
        description = {
            "Look whether this machine can run a scheduler or a worker, and say what to mend.",
            "To be run as the user that runs the node, before its start or beside it. Exits with 1"
                    + " when something is in the way."
        },
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    private static final int EXIT_UNHEALTHY = 1;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private final Which which = new Which();

    @Option(names = "--json", description = "Print it for programs.")
    private boolean isJson;

    @Spec private @Nullable CommandSpec spec;

    /** Whose settings. */
    static final class Which {
        @Option(names = "--scheduler", paramLabel = "FILE", description = "A scheduler's settings.")
        private @Nullable Path scheduler;

        @Option(names = "--worker", paramLabel = "FILE", description = "A worker's settings.")
        private @Nullable Path worker;
    }

    @Override
    public Integer call() throws InterruptedException {
        var findings = new ArrayList<Finding>();
        try {
            if (which.scheduler != null) {
                addScheduler(findings, which.scheduler);
            } else if (which.worker != null) {
                addWorker(findings, which.worker);
            }
        } catch (ConfigException e) {
            findings.add(
                    Finding.fail(
                            "settings",
                            String.valueOf(e.getMessage()),
                            "mend it; the node does not start like this"));
        }
        var report = new DoctorReport(findings);
        PrintWriter out = AuthCommand.out(spec);
        out.print(isJson ? report.json() + "\n" : report.text());
        out.flush();
        return report.isHealthy() ? 0 : EXIT_UNHEALTHY;
    }

    private static void addScheduler(List<Finding> findings, Path file)
            throws InterruptedException {
        var loaded = new ConfigLoader(Platform.current()).scheduler(file);
        findings.addAll(SettingsCheck.of(file, loaded));
        findings.addAll(new SchedulerCheckup(loaded.config(), InstantSource.system()).look());
    }

    private static void addWorker(List<Finding> findings, Path file) throws InterruptedException {
        var loaded = new ConfigLoader(Platform.current()).worker(file);
        findings.addAll(SettingsCheck.of(file, loaded));
        findings.addAll(
                new WorkerCheckup(
                                loaded.config(),
                                builder -> WorkerNode.sandbox(builder, Optional.empty()),
                                WorkerNode.memoryForJobs(),
                                InstantSource.system())
                        .look());
    }
}
