package io.cachepot.node;

import io.cachepot.config.SchedulerConfig;
import io.cachepot.config.logging.LogKind;
import io.cachepot.config.source.ConfigLoader;
import io.cachepot.config.source.Loaded;
import io.cachepot.config.source.Platform;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code cachepot-dist scheduler}. */
@Command(
        name = "scheduler",
        description = {
            "Run a scheduler.",
            "It goes to the background unless CACHEPOT_NO_DAEMON=1 is set."
        },
        mixinStandardHelpOptions = true)
final class SchedulerCommand implements Callable<Integer> {
    @Mixin private final NodeOptions options = new NodeOptions();

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var loader = new ConfigLoader(Platform.current());
        Loaded<SchedulerConfig> loaded = loader.scheduler(options.config());
        SchedulerConfig config = loaded.config();
        if (!Background.isHere(config.process())) {
            return Background.start(NodeOptions.arguments(spec), config.process());
        }
        NodeLog.configure(LogKind.SCHEDULER, config.process(), options.syslog());
        options.warn(loaded.warnings());
        var settings =
                new SchedulerFiles.Settings(
                        options.config(), () -> loader.scheduler(options.config()).config());
        Lifetime.run(
                () -> SchedulerNode.start(config, Optional.of(settings)), Background::tellReady);
        return 0;
    }
}
