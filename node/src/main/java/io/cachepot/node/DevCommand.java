package io.cachepot.node;

import io.cachepot.config.ProcessConfig;
import io.cachepot.config.logging.LogFilter;
import io.cachepot.config.logging.LogKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cachepot-dist dev}: a whole cluster in one process, for trying it and for tests. */
@Command(
        name = "dev",
        description = {
            "Run a scheduler and a worker in one process, reachable from this machine only.",
            "All that they keep is removed at the end."
        },
        mixinStandardHelpOptions = true)
final class DevCommand implements Callable<Integer> {
    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "Jobs at once; as many as there are processors if not given.")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--config-out",
            paramLabel = "FILE",
            description = "Where to write the settings of a client of this cluster.")
    private @Nullable Path configOut;

    @Option(
            names = "--bwrap",
            paramLabel = "FILE",
            description = "The bubblewrap program, /usr/bin/bwrap if not given.")
    private @Nullable Path bwrap;

    @Override
    public Integer call() throws Exception {
        var process = new ProcessConfig(true, Optional.empty(), logFilter());
        NodeLog.configure(LogKind.SCHEDULER, process, Optional.empty());
        Lifetime.run(this::start, () -> {});
        return 0;
    }

    private static LogFilter logFilter() {
        return Optional.ofNullable(System.getenv("CACHEPOT_LOG"))
                .or(() -> Optional.ofNullable(System.getenv("RUST_LOG")))
                .map(LogFilter::parse)
                .orElse(LogFilter.DEFAULT);
    }

    private AutoCloseable start() throws IOException {
        DevCluster cluster = DevCluster.start(jobs, Optional.ofNullable(bwrap));
        Path config = configOut == null ? cluster.directory().resolve("client.conf") : configOut;
        try {
            ClientConfigFile.write(config, cluster.schedulerUrl(), cluster.clientToken());
        } catch (IOException e) {
            cluster.close();
            throw new IOException("--config-out can not be written: " + e, e);
        }
        System.out.printf(
                "The cluster is ready: scheduler at %s, worker at %s, %d jobs at once.%n"
                        + "Try it:%n"
                        + "  export CACHEPOT_CONF=%s%n"
                        + "  cachepot --stop-coordinator; cachepot gcc -c hello.c -o hello.o%n",
                cluster.schedulerUrl(), cluster.workerUrl(), jobs, config.toAbsolutePath());
        System.out.flush();
        return () -> {
            if (configOut != null) {
                Files.deleteIfExists(configOut);
            }
            cluster.close();
        };
    }
}
