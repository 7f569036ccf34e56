package io.cachepot.node;

import io.cachepot.config.WorkerConfig;
import io.cachepot.config.logging.LogKind;
import io.cachepot.config.source.ConfigLoader;
import io.cachepot.config.source.Loaded;
import io.cachepot.config.source.Platform;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code cachepot-dist worker}; stays in the foreground, as cachepot's always has. */
@Command(
        name = "worker",
        description = "Run a worker, in the foreground.",
        mixinStandardHelpOptions = true)
final class WorkerCommand implements Callable<Integer> {
    @Mixin private final NodeOptions options = new NodeOptions();

    @Override
    public Integer call() throws Exception {
        Loaded<WorkerConfig> loaded = new ConfigLoader(Platform.current()).worker(options.config());
        NodeLog.configure(LogKind.WORKER, loaded.config().process(), options.syslog());
        options.warn(loaded.warnings());
        Lifetime.run(() -> WorkerNode.start(loaded.config()), Background::tellReady);
        return 0;
    }
}
